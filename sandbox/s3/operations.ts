import type { Operations } from '../operation.ts';
import type { HttpAnswer } from '../wire/answer.ts';
import { BUCKET_OPERATIONS } from './buckets.ts';
import { OBJECT_OPERATIONS } from './objects.ts';

export const S3_OPERATIONS: Operations<HttpAnswer> = { ...BUCKET_OPERATIONS, ...OBJECT_OPERATIONS };
