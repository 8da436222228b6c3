import type { Limits } from '../config/schema.ts';

/** A limit of accounts.json that a sweep went over: nothing is written. */
export interface ExceededLimit {
  readonly limit: keyof Limits;
  readonly allowed: number;
  readonly found: number;
  /** The sentence for the operator: what was counted, against what, and how to go on. */
  readonly message: string;
}

/** What a sweep knows when everything is decided and nothing is written. */
export interface PlannedSweep {
  /** Keys that this sweep would revoke: due, in armed targets. */
  readonly keysToRevoke: number;
  /** Keys decided as deactivate or delete in all targets, armed or not: arming an account is no growth. */
  readonly keysDue: number;
  /** In armed targets whose rules have an age: the keys seen, and those that are due because of it. */
  readonly byAge: { readonly seen: number; readonly due: number };
  readonly accountsListed: number;
  readonly targets: number;
  readonly cannotAssume: number;
  /** The newest finished sweep of the whole organization, if there was one. */
  readonly last?: { readonly keysDue: number; readonly accountsListed: number } | undefined;
  /** `--account` or `--ou`: such a run is not compared with the last whole one. */
  readonly filtered: boolean;
}

/** Shares of small numbers mean little: below these counts the relative limits stay silent. */
export const QUIET_BELOW = { keys: 50, accountsDropped: 2, cannotAssume: 4 } as const;

/** The limits that the sweep exceeds; empty when it may write. Pure. */
export function exceededLimits(limits: Limits, sweep: PlannedSweep): ExceededLimit[] {
  return [
    tooManyKeys(limits, sweep),
    tooMuchGrowth(limits, sweep),
    tooLargeShare(limits, sweep),
    tooFewAccounts(limits, sweep),
    tooManyClosedDoors(limits, sweep),
  ].filter((exceeded) => exceeded !== undefined);
}

function tooManyKeys({ maxKeys }: Limits, { keysToRevoke }: PlannedSweep): ExceededLimit | undefined {
  if (keysToRevoke <= maxKeys) return undefined;
  return {
    limit: 'maxKeys',
    allowed: maxKeys,
    found: keysToRevoke,
    message: `${keysToRevoke} keys would be revoked and limits.maxKeys is ${maxKeys}. Read the plan; if it is right, raise limits.maxKeys or sweep part of the organization with --account or --ou.`,
  };
}

function tooMuchGrowth(
  { maxGrowth }: Limits,
  { keysDue, last, filtered }: PlannedSweep,
): ExceededLimit | undefined {
  if (filtered || last === undefined || keysDue < QUIET_BELOW.keys) return undefined;
  const allowed = Math.max(last.keysDue, 1) * maxGrowth;
  if (keysDue <= allowed) return undefined;
  return {
    limit: 'maxGrowth',
    allowed,
    found: keysDue,
    message: `${keysDue} keys are due, ${last.keysDue} were at the last sweep, and limits.maxGrowth allows ${maxGrowth} times as many. Read the plan; if the growth is meant, raise limits.maxGrowth for this run.`,
  };
}

/** Where every key is due at every sweep, a share means nothing; where a part of the organization is asked for, it was looked at. */
function tooLargeShare(
  { maxShareOfKeys }: Limits,
  { byAge: { seen, due }, filtered }: PlannedSweep,
): ExceededLimit | undefined {
  const allowed = seen * maxShareOfKeys;
  if (filtered || due < QUIET_BELOW.keys || due <= allowed) return undefined;
  return {
    limit: 'maxShareOfKeys',
    allowed,
    found: due,
    message:
      `${due} of ${seen} keys in armed accounts are over age, ${percent(due / seen)} of them, and limits.maxShareOfKeys allows ${percent(maxShareOfKeys)}. ` +
      'That is so at a first sweep, or when maxKeyAgeDays or a clock is wrong. Read the plan; if it is right, carry it out once with ' +
      'keysweep plan --out FILE and keysweep apply FILE, or in parts with --account or --ou: this limit lets them pass.',
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
    message: `Organizations listed ${accountsListed} accounts, ${dropped} fewer than at the last sweep; limits.maxAccountsDrop allows ${percent(limits.maxAccountsDrop)}. If those accounts really left, raise limits.maxAccountsDrop for this run.`,
  };
}

function tooManyClosedDoors(
  limits: Limits,
  { targets, cannotAssume }: PlannedSweep,
): ExceededLimit | undefined {
  const allowed = targets * limits.maxCannotAssume;
  if (cannotAssume < QUIET_BELOW.cannotAssume || cannotAssume <= allowed) return undefined;
  return {
    limit: 'maxCannotAssume',
    allowed,
    found: cannotAssume,
    message: `The rotation role could not be assumed in ${cannotAssume} of ${targets} targets; limits.maxCannotAssume allows ${percent(limits.maxCannotAssume)}. Deploy the role there or opt the accounts out.`,
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
