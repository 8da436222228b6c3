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
