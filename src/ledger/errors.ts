import { KeysweepError } from '../config/errors.ts';

/** What was given names no place where a ledger can be kept. */
export class LedgerLocationError extends KeysweepError {
  override readonly name = 'LedgerLocationError';
  override readonly code = 'LEDGER_LOCATION_INVALID';

  constructor(text: string, expected: string) {
    super(`${JSON.stringify(text)} is no place for a ledger: ${expected}`);
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
      `run ${runId} on ${host} is writing, and holds the lock of the ledger at ${location} until ${heldUntil.toISOString()}. ` +
        'Wait for its end; if it died, the lock ends by itself at that time.',
    );
  }
}

/** The run may not write any more; what it has left is for the next one. */
export class LockLostError extends KeysweepError {
  override readonly name = 'LockLostError';
  override readonly code = 'LEDGER_LOCK_LOST';
}

/** What a process read is not what is stored any more: what it would write rests on it. */
export class MemoryChangedError extends KeysweepError {
  override readonly name = 'MemoryChangedError';
  override readonly code = 'MEMORY_CHANGED';
}

/** What the ledger holds cannot be believed: something is missing, is not what it should be, or contradicts the rest. */
export class UnreadableLedgerError extends KeysweepError {
  override readonly name = 'UnreadableLedgerError';
  override readonly code = 'LEDGER_UNREADABLE';
}

/** Another process has written, or is writing, the same records of this run. */
export class RunIdTakenError extends KeysweepError {
  override readonly name = 'RunIdTakenError';
  override readonly code = 'RUN_ID_TAKEN';
  readonly runId: string;

  constructor(runId: string, key: string, location: string) {
    super(
      `the ledger at ${location} already holds ${key}: another process writes run ${runId}, or wrote it. Leave the id out to begin a run of its own.`,
    );
    this.runId = runId;
  }
}

/** No run, or more than one, is meant by what was asked for. */
export class RunReferenceError extends KeysweepError {
  override readonly name = 'RunReferenceError';
  override readonly code = 'RUN_NOT_FOUND';
}
