import { LedgerLocationError } from './errors.ts';
import { isObjectKey } from './object-store.ts';

/** Where a ledger is kept. */
export type LedgerLocation =
  | { readonly kind: 'folder'; readonly path: string }
  /** The prefix is empty, or has no `/` at its ends. */
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * What `--ledger` and KEYSWEEP_LEDGER name: a folder, or `s3://bucket/prefix` where the prefix may be left out.
 * @throws LedgerLocationError when the text is neither
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
      'a prefix has parts of A-Z a-z 0-9 _ . = + @ -, each starting with a letter or digit, with one / between.',
    );
  return { kind: 's3', bucket, prefix };
}
