import { LedgerLocationError } from './errors.ts';
import { isObjectKey } from './object-store.ts';

export type LedgerLocation =
  | { readonly kind: 'folder'; readonly path: string }
  /** The prefix may be empty, and does not start or end with `/`. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * @param text of `--ledger` or KEYSWEEP_LEDGER: a folder, or `s3://bucket/prefix` with an optional prefix
 * @throws LedgerLocationError when it is neither
 */
export function parseLocation(text: string): LedgerLocation {
  if (text.trim() === '') throw new LedgerLocationError(text, 'name a folder or s3://bucket/prefix.');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[0];
  if (scheme === undefined) return { kind: 'folder', path: text };
  if (scheme !== 's3://')
    throw new LedgerLocationError(text, `${scheme} is not supported. Name a folder or s3://bucket/prefix.`);
  return parseBucket(text);
}

function parseBucket(text: string): LedgerLocation {
  const [bucket = '', ...parts] = text.slice('s3://'.length).replace(/\/$/, '').split('/');
  const prefix = parts.join('/');
  if (!BUCKET.test(bucket))
    throw new LedgerLocationError(
      text,
      'a bucket name has 3 to 63 characters of a-z 0-9 . - (s3://bucket/prefix).',
    );
  if (prefix !== '' && !isObjectKey(prefix))
    throw new LedgerLocationError(
      text,
      'a prefix has parts of A-Z a-z 0-9 _ . = + @ -, each starting with a letter or digit, joined by one /.',
    );
  return { kind: 's3', bucket, prefix };
}
