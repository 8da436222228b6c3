import type { Call } from '../../calls/call.ts';
import { integer, optionalString } from '../../calls/parameters.ts';
import type { SandboxBucket, SandboxVersion } from '../../organization/bucket.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { element } from '../../wire/xml.ts';
import { xmlResponse } from './responses.ts';

/** One page only. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export function listVersions(call: Call, bucket: SandboxBucket): HttpResponse {
  const prefix = optionalString(call, 'prefix') ?? '';
  const size = integer(call, 'max-keys', 0, Infinity, 1000);
  const keys = [...bucket.versions.keys()].filter((key) => key.startsWith(prefix)).sort();
  const found = keys.flatMap((key) => bucket.versions.get(key)?.map(versionElement) ?? []);
  return xmlResponse(
    'ListVersionsResult',
    element('Name', bucket.name) +
      element('Prefix', prefix) +
      element('MaxKeys', size) +
      element('IsTruncated', found.length > size) +
      found.slice(0, size).join(''),
  );
}

function versionElement({ key, versionId, modifiedAt, object }: SandboxVersion, index: number): string {
  const name = object ? 'Version' : 'DeleteMarker';
  const fields =
    element('Key', key) +
    element('VersionId', versionId) +
    element('IsLatest', index === 0) +
    element('LastModified', new Date(modifiedAt).toISOString()) +
    element('ETag', object?.etag) +
    element('Size', object?.body.length);
  return `<${name}>${fields}</${name}>`;
}
