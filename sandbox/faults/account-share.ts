import { createHash } from 'node:crypto';

/** Picks a share of the accounts, from 0 to 1, always the same ones. */
export function isInShare(accountId: string, share: number): boolean {
  return createHash('sha256').update(accountId).digest().readUInt32BE() / 2 ** 32 < share;
}
