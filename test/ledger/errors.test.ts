import { expect, it } from 'vitest';

import {
  LedgerLocationError,
  LockHeldError,
  LockLostError,
  MemoryChangedError,
  RunIdTakenError,
  RunReferenceError,
  UnreadableLedgerError,
} from '../../src/ledger/errors.ts';

const lock = { runId: '', host: '', heldUntil: new Date(0) };

it.each([
  ['LEDGER_LOCATION_INVALID', new LedgerLocationError('', '')],
  ['LEDGER_LOCKED', new LockHeldError('', lock)],
  ['LEDGER_LOCK_LOST', new LockLostError()],
  ['MEMORY_CHANGED', new MemoryChangedError()],
  ['LEDGER_UNREADABLE', new UnreadableLedgerError()],
  ['RUN_ID_TAKEN', new RunIdTakenError('', '', '')],
  ['RUN_NOT_FOUND', new RunReferenceError()],
])('%s is the code of its error', (code, error) => {
  expect(error.code).toBe(code);
});
