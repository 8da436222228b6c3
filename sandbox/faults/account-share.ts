import { createHash } from 'node:crypto';

/** @param share of the accounts, from 0 to 1; the same accounts every time */
export function isInShare(accountId: string, share: number): boolean {
  return createHash('sha256').update(accountId).digest().readUInt32BE() / 2 ** 32 < share;
}
