import { CallFailedError } from '../aws/errors.ts';
import { KeysweepError, messageOf } from '../config/errors.ts';

/** The run or the plan belongs to another organization than the credentials; nothing was done. */
export class OtherOrganizationError extends KeysweepError {
  override readonly name = 'OtherOrganizationError';
  override readonly code = 'WRONG_ORGANIZATION';

  constructor(what: string, organizationId: string, here: string) {
    super(
      `${what} belongs to organization ${organizationId}, and these credentials belong to ${here}. ` +
        `Sign in to ${organizationId}, or name the ledger of ${here} with --ledger.`,
    );
  }
}

/** There is no time left for a run to end in order; nothing was done. */
export class TooLittleTimeError extends KeysweepError {
  override readonly name = 'TooLittleTimeError';
  override readonly code = 'TOO_LITTLE_TIME';
}

/** The run was stopped, or ran out of time, before it knew the accounts; nothing was done. */
export class RunStoppedError extends KeysweepError {
  override readonly name = 'RunStoppedError';
  override readonly code = 'RUN_STOPPED';

  constructor(cause: unknown) {
    const when = 'before the organization was listed';
    super(`The run was stopped, or ran out of time, ${when}, so nothing was done. Run again.`, { cause });
  }
}

/** For the calls before that, whose failure ends the run. */
export function throwStopped(error: unknown): never {
  const isStopped = error instanceof CallFailedError && error.failure.kind === 'not-reached';
  throw isStopped ? new RunStoppedError(error) : error;
}

/** The plan is too old, or was made with another configuration; nothing was done. */
export class StalePlanError extends KeysweepError {
  override readonly name = 'StalePlanError';
  override readonly code = 'PLAN_STALE';
}

/** Leaked keys were deactivated, and the run could not be recorded. */
export class UnrecordedRevocationError extends KeysweepError {
  override readonly name = 'UnrecordedRevocationError';
  override readonly code = 'REVOCATION_NOT_RECORDED';

  constructor(accessKeyIds: readonly string[], cause: unknown) {
    super(
      `${accessKeyIds.join(', ')}: deactivated, as far as AWS answered, and on the deny list, ` +
        `but the run was not recorded: ${messageOf(cause)}. ` +
        'Run the same command again: it records the run, and changes nothing else.',
      { cause },
    );
  }
}

/**
 * The ledger has failed an account that is worked on beside this one; its error is the cause. Nothing final
 * may be recorded of the keys that are left: an attempt that comes after this one can still take them.
 */
export class LedgerStopError extends KeysweepError {
  override readonly name = 'LedgerStopError';
  override readonly code = 'LEDGER_FAILED';
}
