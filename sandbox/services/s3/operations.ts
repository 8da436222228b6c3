import type { Operations } from '../../calls/call.ts';
import type { HttpAnswer } from '../../wire/response.ts';
import { BUCKET_OPERATIONS } from './buckets.ts';
import { OBJECT_OPERATIONS } from './objects.ts';

export const S3_OPERATIONS: Operations<HttpAnswer> = { ...BUCKET_OPERATIONS, ...OBJECT_OPERATIONS };
