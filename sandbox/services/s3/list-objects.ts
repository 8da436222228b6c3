import type { Call } from '../../calls/call.ts';
import { integer, text } from '../../calls/parameters.ts';
import { pageOfList } from '../../calls/paging.ts';
import { commonError } from '../../wire/common-errors.ts';
import type { HttpAnswer } from '../../wire/response.ts';
import { leaf } from '../../wire/xml.ts';
import { xml } from './responses.ts';
import type { SandboxBucket, SandboxObject } from '../../organization/bucket.ts';

/** A key, or what several keys begin with. */
interface Entry {
  readonly name: string;
  readonly object: SandboxObject | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjects(call: Call, bucket: SandboxBucket): HttpAnswer {
  const token = text(call, 'continuation-token');
  const size = integer(call, 'max-keys', 0, Infinity, 1000);
  const spelt = text(call, 'encoding-type') === 'url' ? urlEncoded : (name: string) => name;
  const page = cut(call, entriesOf(call, bucket), token, Math.min(size, 1000));
  const contents = page.items.map((entry) => (entry.object ? objectElement(entry.object, spelt) : ''));
  const prefixes = page.items.map((entry) =>
    entry.object ? '' : `<CommonPrefixes>${leaf('Prefix', spelt(entry.name))}</CommonPrefixes>`,
  );
  return xml(
    'ListBucketResult',
    leaf('Name', bucket.name) +
      leaf('Prefix', spelt(text(call, 'prefix') ?? '')) +
      leaf('Delimiter', text(call, 'delimiter')) +
      leaf('MaxKeys', size) +
      leaf('KeyCount', page.items.length) +
      leaf('EncodingType', text(call, 'encoding-type')) +
      leaf('ContinuationToken', token) +
      leaf('NextContinuationToken', page.next) +
      leaf('IsTruncated', page.next !== undefined) +
      contents.join('') +
      prefixes.join(''),
  );
}

function cut(call: Call, entries: readonly Entry[], token: string | undefined, size: number) {
  try {
    return pageOfList(entries, (entry) => entry.name, token, size, call.pageCut);
  } catch {
    throw commonError('s3', 'invalid-parameter', 'The continuation token provided is incorrect');
  }
}

function entriesOf(call: Call, bucket: SandboxBucket): readonly Entry[] {
  const prefix = text(call, 'prefix') ?? '';
  const after = text(call, 'start-after') ?? '';
  const delimiter = text(call, 'delimiter') ?? '';
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

function objectElement(object: SandboxObject, spelt: (name: string) => string): string {
  const fields =
    leaf('Key', spelt(object.key)) +
    leaf('LastModified', new Date(object.modifiedAt).toISOString()) +
    leaf('ETag', object.etag) +
    leaf('Size', object.body.length) +
    leaf('StorageClass', 'STANDARD');
  return `<Contents>${fields}</Contents>`;
}

function urlEncoded(name: string): string {
  return encodeURIComponent(name).replaceAll('%2F', '/');
}
