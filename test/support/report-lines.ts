import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { collect } from '../../src/report/collect.ts';
import {
  KeyLines,
  MachineUserLines,
  type KeyLine,
  type MachineUserLine,
} from '../../src/report/key-lines.ts';

/** All of them, in the order of accounts. */
export function keyLines(run: StoredRun): readonly KeyLine[] {
  return collect(run, { keys: new KeyLines(Infinity) }).keys.rows.shown;
}

export function machineUserLines(run: StoredRun): readonly MachineUserLine[] {
  return collect(run, { machines: new MachineUserLines(Infinity) }).machines.rows.shown;
}
