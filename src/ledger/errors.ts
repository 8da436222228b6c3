import { KeysweepError } from '../config/errors.ts';

/** `--ledger` or KEYSWEEP_LEDGER is not a folder or a bucket; nothing was done. */
export class LedgerLocationError extends KeysweepError {
  override readonly name = 'LedgerLocationError';
  override readonly code = 'LEDGER_LOCATION_INVALID';

  constructor(text: string, expected: string) {
    super(`${JSON.stringify(text)} is not a valid ledger location: ${expected}`);
  }
}

/** Another run is under way; nothing was done. */
export class LockHeldError extends KeysweepError {
  override readonly name = 'LockHeldError';
  override readonly code = 'LEDGER_LOCKED';

  constructor(
    location: string,
    { runId, host, heldUntil }: { readonly runId: string; readonly host: string; readonly heldUntil: Date },
  ) {
    super(
      `Run ${runId} on ${host} is writing to the ledger at ${location} ` +
        `and holds its lock until ${heldUntil.toISOString()}. ` +
        'Wait until that run has ended. If it died, the lock expires by itself at that time.',
    );
  }
}

/** The run may not write any more; what it has left is for the next one. */
export class LockLostError extends KeysweepError {
  override readonly name = 'LockLostError';
  override readonly code = 'LEDGER_LOCK_LOST';
}

/** Another process changed the memory of an account between reading and writing it. */
export class MemoryChangedError extends KeysweepError {
  override readonly name = 'MemoryChangedError';
  override readonly code = 'MEMORY_CHANGED';
}

/** An object of the ledger is missing, does not match its schema, or contradicts another one. */
export class UnreadableLedgerError extends KeysweepError {
  override readonly name = 'UnreadableLedgerError';
  override readonly code = 'LEDGER_UNREADABLE';
}

/** An object that decides about keys exists, and keysweep stored no version of it. */
export class UnverifiedObjectError extends KeysweepError {
  override readonly name = 'UnverifiedObjectError';
  override readonly code = 'LEDGER_UNVERIFIED';
}

/** Another process has written, or is writing, the same records of this run. */
export class RunIdTakenError extends KeysweepError {
  override readonly name = 'RunIdTakenError';
  override readonly code = 'RUN_ID_TAKEN';
  readonly runId: string;

  constructor(runId: string, key: string, location: string) {
    super(
      `The ledger at ${location} already has ${key}: another process is writing run ${runId}, or wrote it. ` +
        'Leave runId out to start a new run.',
    );
    this.runId = runId;
  }
}

/** No run, or more than one, matches the reference. */
export class RunReferenceError extends KeysweepError {
  override readonly name = 'RunReferenceError';
  override readonly code = 'RUN_NOT_FOUND';
}
