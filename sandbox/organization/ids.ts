import { createHash } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const LOWER = '0123456789abcdefghijklmnopqrstuvwxyz';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes */
export type IdPrefix = 'AKIA' | 'ASIA' | 'AIDA' | 'AGPA' | 'AROA';

/**
 * A unique id like IAM's. Like AWS's own it contains the account id, in bits 1 to 40 of the base32 part, so
 * access keys need no index: https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489
 *
 * @param serial different for every id of the account; below 2^32
 */
export function uniqueId(prefix: IdPrefix, accountId: string, serial: number): string {
  const mixed = scramble(serial ^ (Number(accountId) % 2 ** 32));
  const high = 2 ** 47 + Number(accountId) * 128 + (mixed & 0x7f);
  return prefix + base32(high * 4 + (mixed >>> 30), 10) + base32(mixed & 0x3fffffff, 6);
}

/** The finalizer of MurmurHash3: looks random, and maps 32-bit numbers one to one. */
function scramble(number: number): number {
  const once = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** The account that an access key id belongs to; undefined when the id is malformed. */
export function accountOfKey(accessKeyId: string): string | undefined {
  if (!/^A[A-Z]{3}[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  let high = 0;
  for (const letter of accessKeyId.slice(4, 14)) high = high * 32 + BASE32.indexOf(letter);
  const account = Math.floor((high / 4 - 2 ** 47) / 128);
  return account < 0 || account >= 1e12 ? undefined : String(account).padStart(12, '0');
}

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) {
    text = (BASE32[rest % 32] ?? '') + text;
  }
  return text;
}

/** Lower-case letters and digits derived from the seed, as in the ids of AWS Organizations. */
export function lowerId(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest();
  return Array.from(digest.subarray(0, length), (byte) => LOWER[byte % 36]).join('');
}
