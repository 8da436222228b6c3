import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type GetObjectCommandOutput,
  type ListObjectVersionsCommandInput,
  type NoSuchKey,
  type S3Client,
} from '@aws-sdk/client-s3';

import { calling, invalidResponse } from '../aws/calling.ts';
import { hasCode } from '../aws/errors.ts';
import type { Tampering } from './object-store.ts';
import type { Signing, StoredObject } from './signing.ts';

const READ_ATTEMPTS = 3;
const LIST_VERSIONS = 's3:ListBucketVersions';

export interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
}

export interface Version {
  readonly body?: string | undefined;
  readonly metadata?: StoredObject['metadata'] | undefined;
  readonly lastModified?: Date | undefined;
  readonly etag?: string | undefined;
  /** There are versions, and the newest is a delete marker. */
  readonly removed?: boolean;
}

/** Objects that retention or keysweep itself removes. */
const REMOVABLE = /^(runs|locks)\//;

/**
 * The newest version that keysweep stored; without a body if there is none. If another one is current, its
 * key is added to `tampered`.
 */
export async function readSigned(
  client: S3Client,
  { key, ...place }: Place & { readonly key: string },
  signing: Signing,
  tampered: Map<string, Tampering>,
): Promise<Version> {
  const current = await readVersion(client, place);
  const isRemoved = current.removed === true && !REMOVABLE.test(key);
  const problem = (await problemOf(key, current, signing)) ?? (isRemoved ? 'removed' : undefined);
  if (!problem) return current;
  for (const VersionId of await olderVersions(client, place)) {
    const older = await readVersion(client, { ...place, VersionId });
    if (older.body === undefined || (await problemOf(key, older, signing))) continue;
    tampered.set(key, problem);
    return { ...older, etag: current.etag };
  }
  if (problem !== 'removed') tampered.set(key, 'added');
  return { etag: current.etag };
}

async function problemOf(
  key: string,
  { body, metadata = {}, lastModified }: Version,
  signing: Signing,
): Promise<Tampering | undefined> {
  return body === undefined ? undefined : signing.check({ key, body, metadata, lastModified });
}

/** More are not searched: somebody who stores without end only makes one object unknown. */
const MAX_VERSIONS = 100;

/** Newest first. https://docs.aws.amazon.com/AmazonS3/latest/userguide/list-obj-version-enabled-bucket.html */
async function olderVersions(client: S3Client, { Bucket, Key }: Place): Promise<string[]> {
  const command = new ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: MAX_VERSIONS });
  const { Versions = [], IsTruncated } = await calling(LIST_VERSIONS, client.send(command));
  // S3 always sends it. Another response must not be taken for an empty list.
  if (IsTruncated === undefined)
    throw invalidResponse(LIST_VERSIONS, 'IncompleteAnswer', `the response for ${Key} is not a list`);
  return Versions.flatMap((version) =>
    version.Key === Key && version.VersionId !== undefined && !version.IsLatest ? [version.VersionId] : [],
  );
}

/** Keys of all objects that were ever stored, also of removed ones, sorted. @throws CallFailedError */
export async function keysEver(
  client: S3Client,
  input: { readonly Bucket: string; readonly Prefix: string },
): Promise<string[]> {
  const keys = new Set<string>();
  let next: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined = {};
  while (next) {
    const command: ListObjectVersionsCommand = new ListObjectVersionsCommand({ ...input, ...next });
    const page = await calling(LIST_VERSIONS, client.send(command));
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    for (const { Key } of [...Versions, ...DeleteMarkers]) if (Key !== undefined) keys.add(Key);
    const isRepeated = NextKeyMarker === next.KeyMarker && NextVersionIdMarker === next.VersionIdMarker;
    // S3 always sends these. Another response must not be taken for an empty list.
    if (
      page.Prefix !== input.Prefix ||
      IsTruncated === undefined ||
      (IsTruncated && (!NextKeyMarker || isRepeated))
    )
      throw invalidResponse(
        LIST_VERSIONS,
        'IncompleteAnswer',
        `the response for ${input.Prefix} is not a complete list`,
      );
    next = IsTruncated ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
  return [...keys].sort();
}

export async function readVersion(client: S3Client, place: Place): Promise<Version> {
  for (let attempt = 1; ; attempt++) {
    const {
      Body,
      ETag: etag,
      Metadata: metadata,
      LastModified: lastModified,
      removed,
    } = await open(client, place);
    try {
      if (!Body) return { removed };
      const body = await calling('s3:GetObject', Body.transformToString());
      return { body, etag, metadata, lastModified };
    } catch (error) {
      // The SDK does not retry a response whose checksum is wrong.
      if (attempt === READ_ATTEMPTS) throw error;
    }
  }
}

async function open(
  client: S3Client,
  place: Place,
): Promise<Partial<GetObjectCommandOutput> & { readonly removed: boolean }> {
  try {
    const answer = await calling('s3:GetObject', client.send(new GetObjectCommand(place)));
    return { ...answer, removed: false };
  } catch (error) {
    if (!hasCode(error, 'NoSuchKey')) throw error;
    const { $response } = error.cause as NoSuchKey;
    return { removed: $response?.headers['x-amz-delete-marker'] === 'true' };
  }
}
