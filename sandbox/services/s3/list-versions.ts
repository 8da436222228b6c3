import type { Call } from '../../calls/call.ts';
import { integer, optionalString } from '../../calls/parameters.ts';
import type { SandboxBucket, SandboxVersion } from '../../organization/bucket.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { element } from '../../wire/xml.ts';
import { xmlResponse } from './responses.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listVersions(call: Call, bucket: SandboxBucket): HttpResponse {
  const prefix = optionalString(call, 'prefix') ?? '';
  const size = integer(call, 'max-keys', 0, Infinity, 1000);
  const keyMarker = optionalString(call, 'key-marker');
  const versionMarker = optionalString(call, 'version-id-marker');
  const keys = [...bucket.versions.keys()].filter((key) => key.startsWith(prefix)).sort();
  const objects = bucket.objects.list().filter(({ key }) => key.startsWith(prefix));
  const all =
    bucket.versioning === undefined
      ? objects.map((object): SandboxVersion => ({ ...object, object, versionId: 'null' }))
      : keys.flatMap((key) => bucket.versions.get(key) ?? []);
  const marker = all.findIndex(({ key, versionId }) => key === keyMarker && versionId === versionMarker);
  const found = all.slice(marker + 1);
  const { empty, maximumSize = Infinity, order } = call.pageLimit;
  const shown = empty ? [] : found.slice(0, Math.min(size, maximumSize));
  // The first page once more: no key is the prefix alone.
  const again = (empty === true || order === 'repeated') && keyMarker === undefined;
  const last = again
    ? { key: prefix, versionId: '' }
    : found.length > shown.length
      ? shown.at(-1)
      : undefined;
  return xmlResponse(
    'ListVersionsResult',
    element('Name', bucket.name) +
      element('Prefix', prefix) +
      element('MaxKeys', size) +
      element('IsTruncated', last !== undefined) +
      element('NextKeyMarker', last?.key) +
      element('NextVersionIdMarker', last?.versionId) +
      shown.map((version) => versionElement(version, bucket)).join(''),
  );
}

function versionElement(version: SandboxVersion, bucket: SandboxBucket): string {
  const { key, versionId, modifiedAt, object } = version;
  const name = object ? 'Version' : 'DeleteMarker';
  const fields =
    element('Key', key) +
    element('VersionId', versionId) +
    element('IsLatest', (bucket.versions.get(key)?.[0] ?? version) === version) +
    element('LastModified', new Date(modifiedAt).toISOString()) +
    element('ETag', object?.etag) +
    element('Size', object?.body.length);
  return `<${name}>${fields}</${name}>`;
}
