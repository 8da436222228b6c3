import type { Facts } from './story.ts';

/** What a sweep finds before it writes. */
export interface Counted {
  /** Keys that are due in armed accounts, and in all. */
  readonly toRevoke: number;
  readonly due: number;
  /**
   * In armed accounts with an age: the keys there, and those that have reached it and would be revoked for
   * it.
   */
  readonly aged: { readonly seen: number; readonly due: number };
  readonly listed: number;
  readonly targets: number;
  readonly closed: number;
}

/** What the last whole sweep found. */
export interface Last {
  readonly due: number;
  readonly listed: number;
}

/**
 * docs/configuration.md, "limits": those that are exceeded. Parts of the organization are compared with
 * nothing.
 */
export function exceeded({ config, filters }: Facts, found: Counted, last: Last | undefined): string[] {
  const {
    maxGrowth = 2,
    maxShareOfKeys = 0.5,
    maxAccountsDrop = 0.1,
    maxCannotAssume = 0.05,
  } = config.limits ?? {};
  const whole = filters.accounts === undefined && filters.units === undefined;
  const compared = whole ? last : undefined;
  const { aged } = found;
  const missing = (compared?.listed ?? 0) - found.listed;
  const is = {
    maxKeys: found.toRevoke > config.maxKeys,
    maxGrowth: compared && found.due >= 50 && found.due > Math.max(1, compared.due) * maxGrowth,
    maxShareOfKeys: whole && aged.due >= 50 && aged.due > aged.seen * maxShareOfKeys,
    maxAccountsDrop: compared && missing >= 2 && missing > compared.listed * maxAccountsDrop,
    maxCannotAssume: found.closed >= 4 && found.closed > found.targets * maxCannotAssume,
  };
  return Object.entries(is).flatMap(([limit, isOver]) => (isOver ? [limit] : []));
}
