import type { Call } from '../../calls/call.ts';
import { pageOf } from '../../calls/paging.ts';
import { integer, optionalString } from '../../calls/parameters.ts';
import type { SandboxBucket, SandboxObject } from '../../organization/bucket.ts';
import { commonError } from '../../wire/common-errors.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { element } from '../../wire/xml.ts';
import { xmlResponse } from './responses.ts';

/** An object, or a common prefix of several. */
interface Entry {
  readonly name: string;
  readonly object: SandboxObject | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects(call: Call, bucket: SandboxBucket): HttpResponse {
  const token = optionalString(call, 'continuation-token');
  const size = integer(call, 'max-keys', 0, Infinity, 1000);
  const encode = optionalString(call, 'encoding-type') === 'url' ? urlEncoded : (name: string) => name;
  const page = pageOfEntries(call, entriesOf(call, bucket), token, Math.min(size, 1000));
  const contents = page.items.map((entry) => (entry.object ? objectElement(entry.object, encode) : ''));
  const prefixes = page.items.map((entry) =>
    entry.object ? '' : `<CommonPrefixes>${element('Prefix', encode(entry.name))}</CommonPrefixes>`,
  );
  return xmlResponse(
    'ListBucketResult',
    element('Name', bucket.name) +
      element('Prefix', encode(optionalString(call, 'prefix') ?? '')) +
      element('Delimiter', optionalString(call, 'delimiter')) +
      element('MaxKeys', size) +
      element('KeyCount', page.items.length) +
      element('EncodingType', optionalString(call, 'encoding-type')) +
      element('ContinuationToken', token) +
      element('NextContinuationToken', page.next) +
      element('IsTruncated', page.next !== undefined) +
      contents.join('') +
      prefixes.join(''),
  );
}

function pageOfEntries(call: Call, entries: readonly Entry[], token: string | undefined, size: number) {
  try {
    return pageOf(entries, (entry) => entry.name, token, size, call.pageLimit);
  } catch {
    throw commonError('s3', 'invalid-parameter', 'The continuation token provided is incorrect');
  }
}

function entriesOf(call: Call, bucket: SandboxBucket): readonly Entry[] {
  const prefix = optionalString(call, 'prefix') ?? '';
  const after = optionalString(call, 'start-after') ?? '';
  const delimiter = optionalString(call, 'delimiter') ?? '';
  const entries: Entry[] = [];
  for (const object of bucket.objects.list()) {
    if (!object.key.startsWith(prefix) || object.key <= after) continue;
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    if (end < 0) entries.push({ name: object.key, object });
    else {
      const name = object.key.slice(0, end + delimiter.length);
      if (entries.at(-1)?.name !== name) entries.push({ name, object: undefined });
    }
  }
  return entries;
}

function objectElement(object: SandboxObject, encode: (name: string) => string): string {
  const fields =
    element('Key', encode(object.key)) +
    element('LastModified', new Date(object.modifiedAt).toISOString()) +
    element('ETag', object.etag) +
    element('Size', object.body.length) +
    element('StorageClass', 'STANDARD');
  return `<Contents>${fields}</Contents>`;
}

function urlEncoded(name: string): string {
  return encodeURIComponent(name).replaceAll('%2F', '/');
}
