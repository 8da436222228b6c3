import type { AccountOutcome } from '../../ledger/outcomes.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { plural } from '../words.ts';

/** How an account ended; an interrupted run leaves accounts without an end. */
export type Ending = AccountOutcome | 'without-end';

/** What each ending means, for a legend. */
export const ENDINGS: Readonly<Record<Ending, string>> = {
  swept: 'keys were due and were revoked',
  'nothing-due': 'read whole, no key was due',
  planned: 'keys are due and were left alone',
  'opted-out': 'left out, by a person’s word',
  'out-of-scope': 'left out by scope or by --account/--ou',
  'not-active': 'suspended, closing or closed',
  'cannot-assume': 'the rotation role could not be assumed',
  denied: 'a call was denied',
  throttled: 'AWS kept throttling',
  'not-reached': 'the run ended before it',
  failed: 'something else failed',
  'without-end': 'the run broke off before it ended',
};

/** Why a key was kept, or is to go. */
export const REASONS: Readonly<Record<KeyDecision['reason'], string>> = {
  'own-key': 'keysweep itself runs with it',
  'not-in-plan': 'due, and not in the plan file that was applied',
  'exempt.users': 'its user is exempt by name',
  'exempt.groups': 'its user is in an exempt group',
  'exempt.userTag': 'its user carries the exempt tag',
  'no-console-access': 'its user has no console password: a machine, by the rules',
  'on-hold': 'an undo protects it',
  'maxKeyAgeDays not reached': 'younger than maxKeyAgeDays',
  'mode is deactivate': 'inactive already, and the rules do not delete',
  'deleteAfterDays not reached': 'inactive, and deleteAfterDays have not passed',
  'unknown-status': 'its status is one that this version does not know',
  'maxKeyAgeDays is 0': 'maxKeyAgeDays is 0: every key, at every sweep',
  'maxKeyAgeDays reached': 'at least maxKeyAgeDays old',
  'deleteAfterDays reached': 'inactive for deleteAfterDays',
};

/** `27 Nov 2026, 22:55 UTC` */
export function moment(at: Date): string {
  return `${day(at)}, ${at.toISOString().slice(11, 16)} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `27 Nov 2026` */
export function day(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
}

/** `27 Nov` */
export function shortDay(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''}`;
}

export const DAY_MS = 86_400_000;

/** `today`, `in 3 days`, `5 days ago`: whole days between two dates in UTC. */
export function fromNow(then: Date, now: Date): string {
  const days = Math.floor(then.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS);
  if (days === 0) return 'the same day';
  return days > 0 ? `${plural(days, 'day')} later` : `${plural(-days, 'day')} before`;
}

/** `1,234` */
export function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
