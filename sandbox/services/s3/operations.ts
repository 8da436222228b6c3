import type { Operations } from '../../calls/call.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { BUCKET_OPERATIONS } from './buckets.ts';
import { OBJECT_OPERATIONS } from './objects.ts';

export const S3_OPERATIONS: Operations<HttpResponse> = { ...BUCKET_OPERATIONS, ...OBJECT_OPERATIONS };
