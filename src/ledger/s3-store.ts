import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

import { calling, invalidResponse } from '../aws/calling.ts';
import { CallFailedError } from '../aws/errors.ts';
import { completeList } from '../aws/complete-list.ts';
import { checkedKey, checkedPrefix, type ObjectStore } from './object-store.ts';

/** Metadata that identifies our own object if the response to a put was lost. */
const WRITER = 'keysweep-writer';
const CONFLICT_ATTEMPTS = 5;
const CONFLICT_WAIT_MS = 200;
const READ_ATTEMPTS = 3;
const LIST_OBJECTS = 's3:ListObjectsV2';

/**
 * A ledger in an S3 bucket. The prefix may be empty, and does not start or end with `/`.
 * Strongly consistent: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 * Every method rejects with CallFailedError.
 */
export function openBucket({
  client,
  bucket,
  prefix,
}: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}): ObjectStore {
  const base = prefix === '' ? '' : `${prefix}/`;
  const at = (key: string) => ({ Bucket: bucket, Key: base + checkedKey(key) });
  return {
    location: `s3://${bucket}/${prefix}`,
    put: async (key, body) => {
      const input = { ...at(key), Body: body, ContentType: contentTypeOf(key) };
      await calling('s3:PutObject', client.send(new PutObjectCommand(input)));
    },
    putNew: async (key, body) => putNew(client, at(key), body),
    update: async (key, change) => update(client, { ...at(key), ContentType: contentTypeOf(key) }, change),
    get: async (key) => (await get(client, at(key))).body,
    list: async (prefix) => {
      const keys: string[] = [];
      const input = { Bucket: bucket, Prefix: base + checkedPrefix(prefix) };
      for await (const page of pages(client, input))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(base.length));
      return keys.sort();
    },
    listFolders: async (prefix) => {
      const names: string[] = [];
      const input = { Bucket: bucket, Prefix: base + checkedPrefix(prefix), Delimiter: '/' };
      for await (const page of pages(client, input))
        for (const { Prefix } of page.CommonPrefixes ?? [])
          if (Prefix !== undefined) names.push(Prefix.slice(input.Prefix.length, -1));
      return names.sort();
    },
    remove: async (key) => {
      await calling('s3:DeleteObject', client.send(new DeleteObjectCommand(at(key))));
    },
  };
}

/** Without it the S3 console downloads the report page instead of showing it. */
function contentTypeOf(key: string): string {
  return key.endsWith('.html') ? 'text/html; charset=utf-8' : 'application/json';
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 412 if the key exists, also
 * after a put of our own whose response was lost; 409 during another write, to be retried.
 */
async function putNew(client: S3Client, place: Place, body: string): Promise<boolean> {
  const writer = randomUUID();
  const input = { ...place, Body: body, IfNoneMatch: '*', Metadata: { [WRITER]: writer } };
  for (let attempt = 1; ; attempt++) {
    try {
      await calling('s3:PutObject', client.send(new PutObjectCommand(input)));
      return true;
    } catch (error) {
      if (hasCode(error, 'PreconditionFailed')) return (await writerOf(client, place)) === writer;
      if (!hasCode(error, 'ConditionalRequestConflict') || attempt === CONFLICT_ATTEMPTS) throw error;
      await wait(CONFLICT_WAIT_MS);
    }
  }
}

/** HeadObject, because a GetObject whose body is not read keeps its connection. */
async function writerOf(client: S3Client, place: Place): Promise<string | undefined> {
  return (await calling('s3:GetObject', client.send(new HeadObjectCommand(place)))).Metadata?.[WRITER];
}

const CONFLICTS = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'] as const;

/** If the response to our own put was lost, the next attempt finds nothing to change. */
async function update(
  client: S3Client,
  { ContentType, ...place }: Place & { readonly ContentType: string },
  change: (stored: string | undefined) => string | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { body, etag } = await get(client, place);
    const Body = change(body);
    if (Body === undefined || Body === body) return;
    const unchanged = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
    try {
      const input = { ...place, ...unchanged, Body, ContentType };
      await calling('s3:PutObject', client.send(new PutObjectCommand(input)));
      return;
    } catch (error) {
      if (!CONFLICTS.some((code) => hasCode(error, code)) || attempt === CONFLICT_ATTEMPTS) throw error;
      await wait(CONFLICT_WAIT_MS);
    }
  }
}

interface Stored {
  readonly body?: string | undefined;
  readonly etag?: string | undefined;
}

async function get(client: S3Client, place: Place): Promise<Stored> {
  for (let attempt = 1; ; attempt++) {
    const { Body, ETag } = await open(client, place);
    try {
      return Body ? { body: await calling('s3:GetObject', Body.transformToString()), etag: ETag } : {};
    } catch (error) {
      // The SDK does not retry a response whose body breaks off.
      if (attempt === READ_ATTEMPTS) throw error;
    }
  }
}

async function open(client: S3Client, place: Place): Promise<Pick<GetObjectCommandOutput, 'Body' | 'ETag'>> {
  try {
    return await calling('s3:GetObject', client.send(new GetObjectCommand(place)));
  } catch (error) {
    if (hasCode(error, 'NoSuchKey')) return {};
    throw error;
  }
}

function pages(client: S3Client, input: { Bucket: string; Prefix: string; Delimiter?: string }) {
  return completeList(LIST_OBJECTS, paginateListObjectsV2({ client }, input), (page) => {
    const { IsTruncated, KeyCount, Contents = [], CommonPrefixes = [] } = page;
    // S3 always sends both. A response without them is not from S3, and must not be taken for an empty list.
    if (IsTruncated === undefined || KeyCount !== Contents.length + CommonPrefixes.length) {
      const message =
        `the response for s3://${input.Bucket}/${input.Prefix} is not a complete list of objects. ` +
        'Check what answers for S3 there (--endpoint-url, a proxy)';
      throw invalidResponse(LIST_OBJECTS, 'IncompleteAnswer', message);
    }
    return { token: page.NextContinuationToken, truncated: IsTruncated };
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof CallFailedError && error.failure.code === code;
}
