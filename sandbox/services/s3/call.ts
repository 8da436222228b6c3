import { type HttpRequest, type NamedCall, oneHeader } from '../../wire/request.ts';
import { decodeChunks } from './chunked.ts';

const BUCKET_CALLS: Readonly<Record<string, string>> = {
  PUT: 'CreateBucket',
  HEAD: 'HeadBucket',
  DELETE: 'DeleteBucket',
};
const OBJECT_CALLS: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** The call in a path-style REST request, as clients send it to an IP address. */
export function s3Call(request: HttpRequest): NamedCall {
  const [, bucket = '', ...rest] = request.url.pathname.split('/');
  const key = rest.map(decodeURIComponent).join('/');
  const query = Object.fromEntries(request.url.searchParams);
  const name = key === '' ? bucketCall(request.method, bucket, query) : objectCall(request, query);
  const { body, trailers } = decodeChunks(request);
  const parameters = { Bucket: bucket, Key: key, ...query, ...headersOf(request), ...trailers, Body: body };
  return { name, parameters };
}

function bucketCall(method: string, bucket: string, query: Readonly<Record<string, string>>): string {
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : '';
  if (method === 'GET' && query['list-type'] === '2') return 'ListObjectsV2';
  if (method === 'GET' && 'versions' in query) return 'ListObjectVersions';
  if (method === 'GET' && 'location' in query) return 'GetBucketLocation';
  if (method === 'GET' && 'versioning' in query) return 'GetBucketVersioning';
  if (method === 'GET' && 'publicAccessBlock' in query) return 'GetPublicAccessBlock';
  return isPlain(query) ? (BUCKET_CALLS[method] ?? '') : '';
}

function objectCall({ method, headers }: HttpRequest, query: Readonly<Record<string, string>>): string {
  return isPlain(query) && headers['x-amz-copy-source'] === undefined ? (OBJECT_CALLS[method] ?? '') : '';
}

/** Without a subresource such as `?acl`, which makes it another call. The SDK adds `x-id` to every call. */
function isPlain(query: Readonly<Record<string, string>>): boolean {
  return Object.keys(query).every((name) => ['x-id', 'versionId'].includes(name));
}

function headersOf({ headers }: HttpRequest): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = oneHeader(value);
    if (text !== undefined && /^(if-|content-type$|x-amz-(checksum|meta|server-side-encryption))/.test(name))
      kept[name] = text;
  }
  return kept;
}
