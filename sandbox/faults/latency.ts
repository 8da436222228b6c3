import { isInShare } from './account-share.ts';

/** How long answers take, in milliseconds. */
export interface Latency {
  readonly milliseconds: number;
  /** Up to so much more, at random. */
  readonly jitter?: number;
  /** A share of the accounts, always the same ones, answers later. */
  readonly slowAccounts?: { readonly share: number; readonly milliseconds: number };
}

export function delayFor(latency: Latency | undefined, accountId: string): number {
  if (!latency) return 0;
  const { milliseconds, jitter = 0, slowAccounts } = latency;
  const slow = slowAccounts && isInShare(accountId, slowAccounts.share) ? slowAccounts.milliseconds : 0;
  return milliseconds + slow + Math.random() * jitter;
}
