import type { Limits } from '../config/schema.ts';

/** Why nothing is written: a limit that the sweep exceeds, or an exemption that never matched anything. */
export interface ExceededLimit {
  readonly limit: keyof Limits | 'exempt.users' | 'exempt.groups';
  readonly allowed: number;
  readonly found: number;
  /** What was counted, against what, and what to do. */
  readonly message: string;
}

/** An armed account to which nothing is written, while the others are swept. */
export interface WithheldAccount {
  readonly accountId: string;
  readonly reason: string;
}

/** An armed account that was read. */
export interface ArmedAccount {
  readonly accountId: string;
  readonly due: number;
  /** Due at the last sweep, armed or not, so that arming an account is not growth; undefined: unknown. */
  readonly dueBefore: number | undefined;
  /** With an age rule: the keys seen, and those over age or unused. */
  readonly byAge: { readonly seen: number; readonly due: number };
}

/** What is known when everything is decided and nothing is written. */
export interface PlannedSweep {
  readonly armed: readonly ArmedAccount[];
  readonly accountsListed: number;
  readonly targets: number;
  readonly cannotAssume: number;
  /** The newest finished sweep of the whole organization; its due keys in all targets. */
  readonly last?: { readonly keysDue: number; readonly accountsListed: number } | undefined;
  /** By `--account` or `--ou`: such a run is not compared with the last one of the whole organization. */
  readonly filtered: boolean;
}

/** Shares of small numbers mean little: below these counts the relative limits do not apply. */
export const QUIET_BELOW = { keys: 50, accountsDropped: 2, cannotAssume: 4 } as const;

/**
 * Finds the accounts that exceed a limit of their own, and the limits that the others exceed together. If
 * these do so only because of the keys that one of them has gained, that one is withheld instead: its people
 * must not be able to stop the sweep of the others. docs/adr/0020-exemptions-and-outliers.md
 */
export function judgeSweep(
  limits: Limits,
  sweep: PlannedSweep,
): { readonly exceeded: readonly ExceededLimit[]; readonly withheld: readonly WithheldAccount[] } {
  const withheld = sweep.armed.flatMap((account) => outlier(limits, account) ?? []);
  const others = without(sweep, withheld);
  const exceeded = exceededLimits(limits, others);
  const [first] = exceeded;
  const [most] = others.armed.toSorted((a, b) => gained(b) - gained(a));
  if (first === undefined || most === undefined || gained(most) <= 0) return { exceeded, withheld };
  const outliers = [...withheld, withhold(most, `with them the sweep exceeds limits.${first.limit}`)];
  return exceededLimits(limits, without(sweep, outliers)).length > 0
    ? { exceeded, withheld }
    : { exceeded: [], withheld: outliers };
}

function outlier(limits: Limits, account: ArmedAccount): WithheldAccount | undefined {
  const { maxKeysPerAccount: most, maxGrowthPerAccount: times } = limits;
  const { due, dueBefore } = account;
  if (due > most) return withhold(account, `limits.maxKeysPerAccount allows ${most}`, 'raise this limit');
  if (dueBefore === undefined || due < QUIET_BELOW.keys || due <= Math.max(dueBefore, 1) * times)
    return undefined;
  return withhold(account, `limits.maxGrowthPerAccount allows ${times} times as many`);
}

function withhold(
  { accountId, due, dueBefore }: ArmedAccount,
  why: string,
  then = 'sweep this account with --account',
): WithheldAccount {
  const before = dueBefore === undefined ? '' : `, ${dueBefore} were at the last sweep`;
  const reason = `${due} keys are due here${before}; ${why}. Read the plan. If it is right, ${then}.`;
  return { accountId, reason };
}

function gained({ due: keys, dueBefore = keys }: ArmedAccount): number {
  return keys - dueBefore;
}

function without(sweep: PlannedSweep, withheld: readonly WithheldAccount[]): PlannedSweep {
  const ids = new Set(withheld.map(({ accountId }) => accountId));
  return { ...sweep, armed: sweep.armed.filter(({ accountId }) => !ids.has(accountId)) };
}

/** @returns the limits that the sweep exceeds; empty when it may write */
export function exceededLimits(limits: Limits, sweep: PlannedSweep): ExceededLimit[] {
  return [
    tooManyKeys(limits, sweep),
    tooMuchGrowth(limits, sweep),
    tooLargeShare(limits, sweep),
    tooFewAccounts(limits, sweep),
    tooManyCannotAssume(limits, sweep),
  ].filter((exceeded) => exceeded !== undefined);
}

function sum(armed: readonly ArmedAccount[], count: (account: ArmedAccount) => number): number {
  return armed.reduce((total, account) => total + count(account), 0);
}

function tooManyKeys({ maxKeys }: Limits, { armed }: PlannedSweep): ExceededLimit | undefined {
  const keysToRevoke = sum(armed, (account) => account.due);
  if (keysToRevoke <= maxKeys) return undefined;
  return {
    limit: 'maxKeys',
    allowed: maxKeys,
    found: keysToRevoke,
    message:
      `This sweep would revoke ${keysToRevoke} keys; limits.maxKeys allows ${maxKeys}. Read the plan. ` +
      'If it is right, raise limits.maxKeys, or sweep part of the organization with --account or --ou.',
  };
}

/** Only in armed accounts: the people of others must not be able to stop the sweep. */
function tooMuchGrowth(
  { maxGrowth }: Limits,
  { armed, last, filtered }: PlannedSweep,
): ExceededLimit | undefined {
  const keysDue = sum(armed, (account) => account.due);
  if (filtered || last === undefined || keysDue < QUIET_BELOW.keys) return undefined;
  const isKnown = armed.every(({ dueBefore }) => dueBefore !== undefined);
  const before = isKnown ? sum(armed, ({ dueBefore = 0 }) => dueBefore) : last.keysDue;
  const allowed = Math.max(before, 1) * maxGrowth;
  if (keysDue <= allowed) return undefined;
  return {
    limit: 'maxGrowth',
    allowed,
    found: keysDue,
    message:
      `${keysDue} keys are due in armed accounts, ${before} were at the last sweep; ` +
      `limits.maxGrowth allows ${maxGrowth} times as many. ` +
      'Read the plan. If the growth is expected, raise limits.maxGrowth for this run.',
  };
}

/** Not for keys that are always due, whose share means nothing, nor for a filtered run, which was chosen. */
function tooLargeShare(
  { maxShareOfKeys }: Limits,
  { armed, filtered }: PlannedSweep,
): ExceededLimit | undefined {
  const seen = sum(armed, ({ byAge }) => byAge.seen);
  const due = sum(armed, ({ byAge }) => byAge.due);
  const allowed = seen * maxShareOfKeys;
  if (filtered || due < QUIET_BELOW.keys || due <= allowed) return undefined;
  return {
    limit: 'maxShareOfKeys',
    allowed,
    found: due,
    message:
      `${due} of ${seen} keys in armed accounts are over age or unused (${percent(due / seen)}); ` +
      `limits.maxShareOfKeys allows ${percent(maxShareOfKeys)}. ` +
      'This is normal at a first sweep; otherwise maxKeyAgeDays, maxUnusedDays or a clock may be wrong. ' +
      'Read the plan. If it is right, run keysweep plan --out FILE and keysweep apply FILE once, ' +
      'or sweep parts with --account or --ou: this limit does not apply to them.',
  };
}

function tooFewAccounts(
  limits: Limits,
  { accountsListed, last, filtered }: PlannedSweep,
): ExceededLimit | undefined {
  if (filtered || last === undefined) return undefined;
  const dropped = last.accountsListed - accountsListed;
  const allowed = last.accountsListed * limits.maxAccountsDrop;
  if (dropped < QUIET_BELOW.accountsDropped || dropped <= allowed) return undefined;
  return {
    limit: 'maxAccountsDrop',
    allowed,
    found: dropped,
    message:
      `The organization has ${accountsListed} accounts, ${dropped} fewer than at the last sweep; ` +
      `limits.maxAccountsDrop allows ${percent(limits.maxAccountsDrop)}. ` +
      'If these accounts have left, raise limits.maxAccountsDrop for this run.',
  };
}

function tooManyCannotAssume(
  limits: Limits,
  { targets, cannotAssume }: PlannedSweep,
): ExceededLimit | undefined {
  const allowed = targets * limits.maxCannotAssume;
  if (cannotAssume < QUIET_BELOW.cannotAssume || cannotAssume <= allowed) return undefined;
  return {
    limit: 'maxCannotAssume',
    allowed,
    found: cannotAssume,
    message:
      `The rotation role could not be assumed in ${cannotAssume} of ${targets} targets; ` +
      `limits.maxCannotAssume allows ${percent(limits.maxCannotAssume)}. ` +
      'Deploy the role there, or opt the accounts out.',
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
