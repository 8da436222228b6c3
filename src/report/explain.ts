import { ACCOUNT_ADVICE } from '../aws/advice.ts';
import { denialAdvice } from '../aws/denial-advice.ts';
import { isOk, type AccountOutcome } from '../ledger/outcomes.ts';
import type { KeyDecision } from '../rules/decision.ts';
import type { MachineSign } from '../rules/machine-user.ts';

/** How an account ended; `unfinished`: the run was interrupted first, or is still running. */
export type Outcome = AccountOutcome | 'unfinished';

/** In the order of legends: what needs attention comes last. */
export const OUTCOME_MEANINGS: Readonly<Record<Outcome, string>> = {
  swept: 'every due key was revoked',
  'nothing-due': 'no key was due',
  planned: 'keys are due, none was revoked',
  inventoried: 'every user and key was read',
  'opted-out': 'opted out in accounts.json or by a tag',
  'out-of-scope': 'excluded by scope, --account or --ou',
  'not-active': 'suspended, closing or closed',
  'cannot-assume': 'the rotation role could not be assumed',
  denied: 'AWS denied a call',
  throttled: 'AWS kept throttling',
  'not-reached': 'the run ended first',
  withheld: 'exceeds a limit of its own, or owners were not notified',
  failed: 'another error',
  unfinished: 'the run was interrupted first',
};

export const OUTCOME_ORDER = Object.keys(OUTCOME_MEANINGS) as Outcome[];

/** What to do about accounts with this outcome and reason; empty if nothing. */
export function adviceOn(outcome: Outcome, reason: string): string {
  if (outcome === 'unfinished')
    return 'The run was interrupted or still runs. Run again: the next run continues with what is left.';
  return isOk(outcome) ? '' : (denialAdvice(reason) ?? ACCOUNT_ADVICE[outcome]);
}

/** Why a key is kept or revoked. */
export const REASON_MEANINGS: Readonly<Record<KeyDecision['reason'], string>> = {
  'own-key': 'keysweep itself uses it',
  'not-in-plan': 'due, but not in the plan file',
  'changed-since-plan': 'due, but no longer as it was planned',
  'exempt.users': 'the user is exempt by name',
  'exempt.groups': 'the user is in an exempt group',
  'exempt.userTag': 'the user has the exempt tag',
  'no-console-access': 'the user has no console password, so counts as a machine',
  'on-hold': 'an undo holds it',
  'maxKeyAgeDays not reached': 'younger than allowed',
  'maxUnusedDays not reached': 'younger than allowed, and used',
  'mode is deactivate': 'inactive, and the rules do not delete',
  'deleteAfterDays not reached': 'inactive, but not for long enough to be deleted',
  'unknown-status': 'this version does not know its status',
  leaked: 'it leaked, and keysweep revoke put it on the deny list',
  'maxKeyAgeDays is 0': 'every sweep revokes every key',
  'maxKeyAgeDays reached': 'older than allowed',
  'maxUnusedDays reached': 'unused for longer than allowed',
  'deleteAfterDays reached': 'inactive for long enough to be deleted',
};

/** Why a user may be a machine. */
export const MACHINE_SIGNS: Readonly<Record<MachineSign, string>> = {
  'no-console-access': 'no console password, so cannot create a new key',
  'console-access-unknown': 'could not check for a console password',
  name: 'the name looks like a machine',
};
