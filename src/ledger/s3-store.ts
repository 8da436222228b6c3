import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';

import { calling, invalidResponse } from '../aws/calling.ts';
import { completeList } from '../aws/complete-list.ts';
import { hasCode } from '../aws/errors.ts';
import { checkedKey, checkedPrefix, type ObjectStore, type Tampering } from './object-store.ts';
import { keysEver, readSigned, readVersion, type Place, type Version } from './s3-versions.ts';
import type { Signing } from './signing.ts';

/** Metadata that identifies our own object if the response to a put was lost. */
const WRITER = 'keysweep-writer';
const CONFLICT_ATTEMPTS = 5;
const CONFLICT_WAIT_MS = 200;
const LIST_OBJECTS = 's3:ListObjectsV2';

/** Of new objects, where their bucket does not decide it. */
export type Encryption = Pick<PutObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId'>;

/**
 * A ledger in an S3 bucket. The prefix may be empty, and does not start or end with `/`.
 * Strongly consistent: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 * Every method rejects with CallFailedError.
 */
export function openBucket({
  client,
  bucket,
  prefix,
  signing,
  encryption,
}: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  /** Undefined: what is read is believed. */
  readonly signing?: Signing | undefined;
  readonly encryption?: Encryption | undefined;
}): ObjectStore {
  const base = prefix === '' ? '' : `${prefix}/`;
  const at = (key: string) => ({ Bucket: bucket, Key: base + checkedKey(key) });
  const tampered = new Map<string, Tampering>();
  const newObject = async (key: string, Body: string) => ({
    ...{ ...at(key), Body, ContentType: contentTypeOf(key), ...encryption },
    ...(signing && { Metadata: await signing.sign(key, Body) }),
  });
  const read = (key: string): Promise<Version> =>
    signing ? readSigned(client, { key, ...at(key) }, signing, tampered) : readVersion(client, at(key));
  const update: ObjectStore['update'] = (key, change) =>
    retryConflicts(CONFLICTS, async () => {
      const { body, etag } = await read(key);
      const changed = change(body);
      // If the response to our own put was lost, the next attempt finds nothing to change.
      if (changed === undefined || (changed === body && !tampered.has(key))) return;
      const unchanged = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      await put(client, { ...(await newObject(key, changed)), ...unchanged });
    });
  return {
    location: `s3://${bucket}/${prefix}`,
    tampered,
    put: async (key, body) => put(client, await newObject(key, body)),
    putNew: async (key, body) => {
      if (await putNew(client, await newObject(key, body))) return true;
      let isNew = false;
      // What keysweep did not store does not keep it from storing.
      if (signing)
        await update(key, (stored) => {
          isNew = stored === undefined;
          return stored ?? body;
        });
      return isNew;
    },
    update,
    get: async (key) => (await read(key)).body,
    list: async (prefix) => {
      const keys: string[] = [];
      const input = { Bucket: bucket, Prefix: base + checkedPrefix(prefix) };
      for await (const page of pages(client, input))
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key.slice(base.length));
      return keys.sort();
    },
    ...(signing && {
      listEver: async (prefix: string) =>
        (await keysEver(client, { Bucket: bucket, Prefix: base + checkedPrefix(prefix) })).map((key) =>
          key.slice(base.length),
        ),
    }),
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

type TextObject = PutObjectCommandInput & { readonly Body: string };

/** The SDK sends the checksum, and S3 returns that of what it stored. */
async function put(client: S3Client, input: TextObject): Promise<void> {
  const { ChecksumCRC32: stored } = await calling('s3:PutObject', client.send(new PutObjectCommand(input)));
  const sent = Buffer.alloc(4);
  sent.writeUInt32BE(crc32(input.Body));
  if (stored !== undefined && stored !== sent.toString('base64'))
    throw invalidResponse('s3:PutObject', 'WrongChecksum', `S3 stored something else as ${input.Key}`);
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 412 if the key exists, also
 * after a put of our own whose response was lost; 409 during another write, to be retried.
 */
async function putNew(client: S3Client, object: Place & TextObject): Promise<boolean> {
  const writer = randomUUID();
  const input = { ...object, IfNoneMatch: '*', Metadata: { ...object.Metadata, [WRITER]: writer } };
  try {
    await retryConflicts(['ConditionalRequestConflict'], () => put(client, input));
    return true;
  } catch (error) {
    if (!hasCode(error, 'PreconditionFailed')) throw error;
    const { Bucket, Key } = object;
    return (await writerOf(client, { Bucket, Key })) === writer;
  }
}

/** HeadObject, because a GetObject whose body is not read keeps its connection. */
async function writerOf(client: S3Client, place: Place): Promise<string | undefined> {
  return (await calling('s3:GetObject', client.send(new HeadObjectCommand(place)))).Metadata?.[WRITER];
}

const CONFLICTS = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'] as const;

async function retryConflicts(conflicts: readonly string[], attemptOnce: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await attemptOnce();
      return;
    } catch (error) {
      if (!conflicts.some((code) => hasCode(error, code)) || attempt === CONFLICT_ATTEMPTS) throw error;
      await wait(CONFLICT_WAIT_MS);
    }
  }
}

function pages(client: S3Client, input: { Bucket: string; Prefix: string; Delimiter?: string }) {
  return completeList(LIST_OBJECTS, paginateListObjectsV2({ client }, input), (page) => {
    const { IsTruncated, KeyCount, Prefix, Contents = [], CommonPrefixes = [] } = page;
    const isWhole = KeyCount === Contents.length + CommonPrefixes.length;
    // S3 always sends all three. Another response must not be taken for an empty list.
    if (IsTruncated === undefined || !isWhole || (Prefix ?? '') !== input.Prefix) {
      const message =
        `the response for s3://${input.Bucket}/${input.Prefix} is not a complete list of objects. ` +
        'Check what answers for S3 there (--endpoint-url, a proxy)';
      throw invalidResponse(LIST_OBJECTS, 'IncompleteAnswer', message);
    }
    return { token: page.NextContinuationToken, truncated: IsTruncated };
  });
}
