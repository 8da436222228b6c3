import type { Limits } from '../config/schema.ts';

/** A limit of accounts.json that a sweep exceeds: nothing is written. */
export interface ExceededLimit {
  readonly limit: keyof Limits;
  readonly allowed: number;
  readonly found: number;
  /** What was counted, against what, and what to do. */
  readonly message: string;
}

/** What is known when everything is decided and nothing is written. */
export interface PlannedSweep {
  /** Keys that this sweep would revoke: due, in armed targets. */
  readonly keysToRevoke: number;
  /** Due keys in all targets, armed or not, so that arming an account is not growth. */
  readonly keysDue: number;
  /** In armed targets with an age rule: the keys seen, and those over age. */
  readonly byAge: { readonly seen: number; readonly due: number };
  readonly accountsListed: number;
  readonly targets: number;
  readonly cannotAssume: number;
  /** The newest finished sweep of the whole organization. */
  readonly last?: { readonly keysDue: number; readonly accountsListed: number } | undefined;
  /** By `--account` or `--ou`: such a run is not compared with the last one of the whole organization. */
  readonly filtered: boolean;
}

/** Shares of small numbers mean little: below these counts the relative limits do not apply. */
export const QUIET_BELOW = { keys: 50, accountsDropped: 2, cannotAssume: 4 } as const;

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

function tooManyKeys({ maxKeys }: Limits, { keysToRevoke }: PlannedSweep): ExceededLimit | undefined {
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
    message:
      `${keysDue} keys are due, ${last.keysDue} were at the last sweep; ` +
      `limits.maxGrowth allows ${maxGrowth} times as many. ` +
      'Read the plan. If the growth is expected, raise limits.maxGrowth for this run.',
  };
}

/** Not for keys that are always due, whose share means nothing, nor for a filtered run, which was chosen. */
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
      `${due} of ${seen} keys in armed accounts are over age (${percent(due / seen)}); ` +
      `limits.maxShareOfKeys allows ${percent(maxShareOfKeys)}. ` +
      'This is normal at a first sweep; otherwise maxKeyAgeDays or a clock may be wrong. Read the plan. ' +
      'If it is right, run keysweep plan --out FILE and keysweep apply FILE once, ' +
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
