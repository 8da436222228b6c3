import { KeysweepError } from '../config/errors.ts';

/** The Lambda does not know this event; nothing was done. */
export class InvalidEventError extends KeysweepError {
  override readonly name = 'InvalidEventError';
  override readonly code = 'EVENT_INVALID';
}

/** The engine `step-functions` derives the id of a run from the execution, so an event cannot set it. Nothing was done. */
export class RunIdUnsupportedError extends KeysweepError {
  override readonly name = 'RunIdUnsupportedError';
  override readonly code = 'RUN_ID_UNSUPPORTED';
}

/** The run ended and was not ok; its ledger is stored. Thrown, so that AWS counts the invocation as failed. */
export class RunNotOkError extends KeysweepError {
  override readonly name = 'RunNotOkError';
  override readonly code = 'RUN_NOT_OK';
}

/** The last sweep that was due is missing, unfinished or not ok. Thrown, so that AWS counts the invocation as failed. */
export class SweepMissedError extends KeysweepError {
  override readonly name = 'SweepMissedError';
  override readonly code = 'SWEEP_MISSED';
}
