import { isInShare } from './account-share.ts';

/** How long responses take. */
export interface Latency {
  readonly milliseconds: number;
  /** Up to this many milliseconds more, at random. */
  readonly jitter?: number;
  /** Additional latency of a share of the accounts, from 0 to 1; the same accounts every time. */
  readonly slowAccounts?: { readonly share: number; readonly milliseconds: number };
}

export function delayFor(latency: Latency | undefined, accountId: string): number {
  if (!latency) return 0;
  const { milliseconds, jitter = 0, slowAccounts } = latency;
  const slow = slowAccounts && isInShare(accountId, slowAccounts.share) ? slowAccounts.milliseconds : 0;
  return milliseconds + slow + Math.random() * jitter;
}
