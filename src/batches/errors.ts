import { KeysweepError } from '../config/errors.ts';

/** The limits were not checked or are exceeded, or the run may not write: nothing was written. */
export class NotApprovedError extends KeysweepError {
  override readonly name = 'NotApprovedError';
  override readonly code = 'NOT_APPROVED';
}

/** The run failed before its first record: the ledger has nothing of it, and no lock. */
export class RunNotStartedError extends KeysweepError {
  override readonly name = 'RunNotStartedError';
  override readonly code = 'RUN_NOT_STARTED';
}

/** The rotator was deployed during the run, so its steps would decide by different rules. */
export class ConfigChangedError extends KeysweepError {
  override readonly name = 'ConfigChangedError';
  override readonly code = 'CONFIG_CHANGED';
}

/** The event is not a step of the state machine; nothing was done. */
export class InvalidStepError extends KeysweepError {
  override readonly name = 'InvalidStepError';
  override readonly code = 'STEP_INVALID';
}

/** The first step runs, or is retried, after the last one has ended the run. */
export class RunEndedError extends KeysweepError {
  override readonly name = 'RunEndedError';
  override readonly code = 'RUN_ENDED';
}
