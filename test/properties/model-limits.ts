import type { Facts } from './story.ts';

/** An armed account that could be read. */
export interface CountedAccount {
  readonly account: number;
  readonly due: number;
  /** With an age: the keys there, and those that have reached it and would be revoked for it. */
  readonly aged: { readonly seen: number; readonly due: number };
}

/** What a sweep finds before it writes. */
export interface Counted {
  readonly armed: readonly CountedAccount[];
  readonly listed: number;
  readonly targets: number;
  readonly closed: number;
}

/** What the last whole sweep found. */
export interface Last {
  /** Due keys of each account, armed or not; none where it says nothing. */
  readonly due: ReadonlyMap<number, number>;
  readonly listed: number;
}

export interface Limited {
  readonly exceeded: readonly string[];
  readonly withheld: ReadonlySet<number>;
}

/**
 * docs/configuration.md, "limits": those that are exceeded, and the accounts that exceed one of their own.
 * Parts of the organization are compared with nothing.
 */
export function limited(facts: Facts, found: Counted, last: Last | undefined): Limited {
  const { maxKeysPerAccount = 500, maxGrowthPerAccount = 4 } = facts.config.limits ?? {};
  const before = isWhole(facts) ? last : undefined;
  const grew = ({ account, due }: CountedAccount, times: number): boolean =>
    before !== undefined && due >= 50 && due > Math.max(1, before.due.get(account) ?? 0) * times;
  const own = found.armed.filter((one) => one.due > maxKeysPerAccount || grew(one, maxGrowthPerAccount));
  const others = { ...found, armed: found.armed.filter((one) => !own.includes(one)) };
  const together = exceeded(facts, others, last);
  const gain = ({ account, due }: CountedAccount): number => due - (before?.due.get(account) ?? 0);
  const withheld = new Set(own.map(({ account }) => account));
  if (!before || together.length === 0) return { exceeded: together, withheld };
  const [most] = [...others.armed].sort((a, b) => gain(b) - gain(a));
  const isEnough =
    most !== undefined &&
    gain(most) > 0 &&
    exceeded(facts, { ...others, armed: others.armed.filter((one) => one !== most) }, last).length === 0;
  return isEnough ? { exceeded: [], withheld: withheld.add(most.account) } : { exceeded: together, withheld };
}

function isWhole({ filters }: Facts): boolean {
  return filters.accounts === undefined && filters.units === undefined;
}

function exceeded(facts: Facts, found: Counted, last: Last | undefined): string[] {
  const { config } = facts;
  const {
    maxGrowth = 2,
    maxShareOfKeys = 0.5,
    maxAccountsDrop = 0.1,
    maxCannotAssume = 0.05,
  } = config.limits ?? {};
  const whole = isWhole(facts);
  const compared = whole ? last : undefined;
  const sum = (count: (one: CountedAccount) => number): number =>
    found.armed.reduce((total, one) => total + count(one), 0);
  const due = sum((one) => one.due);
  const [seen, overAge] = [sum(({ aged }) => aged.seen), sum(({ aged }) => aged.due)];
  const missing = (compared?.listed ?? 0) - found.listed;
  const before = sum(({ account }) => compared?.due.get(account) ?? 0);
  const is = {
    maxKeys: due > config.maxKeys,
    maxGrowth: compared && due >= 50 && due > Math.max(1, before) * maxGrowth,
    maxShareOfKeys: whole && overAge >= 50 && overAge > seen * maxShareOfKeys,
    maxAccountsDrop: compared && missing >= 2 && missing > compared.listed * maxAccountsDrop,
    maxCannotAssume: found.closed >= 4 && found.closed > found.targets * maxCannotAssume,
  };
  return Object.entries(is).flatMap(([limit, isOver]) => (isOver ? [limit] : []));
}
