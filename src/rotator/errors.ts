import { KeysweepError } from '../config/errors.ts';

/** The event is invalid; nothing was done. */
export class InvalidEventError extends KeysweepError {
  override readonly name = 'InvalidEventError';
  override readonly code = 'EVENT_INVALID';
}

/** The run ended, but not ok; its ledger is stored. Thrown so that AWS counts the invocation as failed. */
export class RunNotOkError extends KeysweepError {
  override readonly name = 'RunNotOkError';
  override readonly code = 'RUN_NOT_OK';
}

/** The last sweep is missing, unfinished or not ok. Thrown so that AWS counts the invocation as failed. */
export class SweepMissedError extends KeysweepError {
  override readonly name = 'SweepMissedError';
  override readonly code = 'SWEEP_MISSED';
}

/** Another attempt may find out or do more about leaked keys. Thrown so that Lambda makes one. */
export class LeakUnfinishedError extends KeysweepError {
  override readonly name = 'LeakUnfinishedError';
  override readonly code = 'LEAK_UNFINISHED';

  constructor(accessKeyIds: readonly string[], problems: readonly string[]) {
    const found = problems.join('; ').slice(0, 2000);
    super(
      `Of ${accessKeyIds.length} leaked keys, not all could be handled: ${found}. ` +
        'Run keysweep whose with their IDs; keysweep revoke deactivates them.',
    );
  }
}
