import { createHash } from 'node:crypto';
import type { Call, Operations, Resource } from '../../calls/call.ts';
import { optionalString, requiredString } from '../../calls/parameters.ts';
import type { SandboxBucket, SandboxObject } from '../../organization/bucket.ts';
import { ApiError } from '../../wire/api-error.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { bucketOf, bucketResource } from './buckets.ts';
import { checkedHeaders } from './checksum.ts';
import { listObjects } from './list-objects.ts';
import { listVersions } from './list-versions.ts';
import { emptyResponse } from './responses.ts';

export const OBJECT_OPERATIONS: Operations<HttpResponse> = {
  ListObjectVersions: {
    resource: bucketResource('s3:ListBucketVersions'),
    run: (call) => listVersions(call, bucketOf(call)),
  },
  PutObject: { writes: true, resource: encryptedObject, run: putObject },
  GetObject: { resource: versionResource('s3:GetObject'), run: getObject },
  HeadObject: { resource: objectResource('s3:GetObject'), run: getObject },
  DeleteObject: { writes: true, resource: versionResource('s3:DeleteObject'), run: deleteObject },
  ListObjectsV2: {
    resource: bucketResource('s3:ListBucket'),
    run: (call) => listObjects(call, bucketOf(call)),
  },
};

function objectResource(action: string): (call: Call) => Resource {
  return (call) => {
    const name = `${requiredString(call, 'Bucket')}/${requiredString(call, 'Key')}`;
    return { arn: `arn:${call.organization.partition}:s3:::${name}`, action };
  };
}

/** With the condition keys of server-side encryption, which are named after its headers. */
function encryptedObject(call: Call): Resource {
  const context = (key: string) => optionalString(call, key.replace(/^s3:/, ''));
  return { ...objectResource('s3:PutObject')(call), context };
}

/** With a version ID, another action. */
function versionResource(action: string): (call: Call) => Resource {
  return (call) =>
    objectResource(optionalString(call, 'versionId') === undefined ? action : `${action}Version`)(call);
}

function putObject(call: Call): HttpResponse {
  const bucket = bucketOf(call);
  const key = requiredString(call, 'Key');
  const body = call.parameters.Body as Buffer;
  checkConditions(call, bucket.objects.get(key));
  const headers = checkedHeaders(call.parameters, body);
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  const contentType = optionalString(call, 'content-type') ?? 'binary/octet-stream';
  bucket.put({ key, body, etag, modifiedAt: call.now, contentType, headers });
  return emptyResponse(200, { etag, ...checksumsIn(headers) });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function checkConditions(call: Call, existing: SandboxObject | undefined): void {
  const failed = (Condition: string) =>
    new ApiError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
      Condition,
    });
  if (optionalString(call, 'if-none-match') === '*' && existing) throw failed('If-None-Match');
  const ifMatch = optionalString(call, 'if-match');
  if (ifMatch === undefined) return;
  if (!existing) throw noSuchKey();
  if (ifMatch.replaceAll('"', '') !== existing.etag.replaceAll('"', '')) throw failed('If-Match');
}

/** Also for HeadObject: Node's HTTP server leaves out the body. */
function getObject(call: Call): HttpResponse {
  const object = existing(call, bucketOf(call));
  return { status: 200, headers: objectHeaders(call, object), body: object.body };
}

function deleteObject(call: Call): HttpResponse {
  const bucket = bucketOf(call);
  const key = requiredString(call, 'Key');
  const versionId = optionalString(call, 'versionId');
  if (versionId === undefined) bucket.delete(key, call.now);
  else bucket.deleteVersion(key, versionId);
  return emptyResponse(204);
}

function existing(call: Call, bucket: SandboxBucket): SandboxObject {
  const key = requiredString(call, 'Key');
  const versionId = optionalString(call, 'versionId');
  const versions = bucket.versions.get(key) ?? [];
  const object =
    versionId === undefined
      ? bucket.objects.get(key)
      : versions.find((version) => version.versionId === versionId)?.object;
  if (object) return object;
  throw noSuchKey(versions.length > 0);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
function noSuchKey(isDeleted = false): ApiError {
  const headers = isDeleted ? { 'x-amz-delete-marker': 'true' } : {};
  return new ApiError('NoSuchKey', 404, 'The specified key does not exist.', {}, headers);
}

/** With checksums only if the call asks for them. */
function objectHeaders(call: Call, object: SandboxObject): Readonly<Record<string, string>> {
  const metadata = Object.entries(object.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const withChecksums = optionalString(call, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return {
    'content-type': object.contentType,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    etag: object.etag,
    ...Object.fromEntries(metadata),
    ...(withChecksums ? checksumsIn(object.headers) : {}),
  };
}

function checksumsIn(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-checksum-')));
}
