import { verifyResponses } from '../../src/aws/verify-response.ts';
import { parseConfig } from '../../src/config/load.ts';
import { runStep } from '../../src/batches/run-step.ts';
import { parseStep } from '../../src/batches/step.ts';
import { parsePlanFile, planFileOf } from '../../src/ledger/plan-file.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { openSigning } from '../../src/ledger/signing.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { parseEvent } from '../../src/rotator/event.ts';
import { handleEvent } from '../../src/rotator/handle-event.ts';
import { runWatchdog } from '../../src/rotator/watchdog.ts';
import { runSweep } from '../../src/sweep/run.ts';
import { laterWrites } from '../../src/sweep/undo/later-writes.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { applyUndo } from '../../src/sweep/undo/apply-undo.ts';

/** What the properties judge: keysweep, or a copy of it that was broken on purpose. */
export const KEYSWEEP = {
  verifyResponses,
  openBucket,
  openSigning,
  parseConfig,
  readRecords,
  foldRun,
  readRun,
  verifyLedger,
  parseEvent,
  handleEvent,
  runWatchdog,
  planFileOf,
  parsePlanFile,
  runSweep,
  laterWrites,
  planUndo,
  applyUndo,
  runStep,
  parseStep,
};

export type Build = typeof KEYSWEEP;
