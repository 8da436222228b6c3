import { readRecords } from '../../../src/ledger/read-run.ts';
import { readRun } from '../../../src/ledger/runs.ts';
import { foldRun, type StoredRun } from '../../../src/ledger/stored-run.ts';
import { applyUndo, type UndoRequest } from '../../../src/sweep/undo/apply-undo.ts';
import { laterWrites } from '../../../src/sweep/undo/later-writes.ts';
import { planUndo } from '../../../src/sweep/undo/plan-undo.ts';
import type { LeakDependencies } from '../../../src/sweep/leak/find-owner.ts';
import { revokeLeaked, type LeakEnd } from '../../../src/sweep/leak/revoke-leaked.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import type { SweptSandbox } from '../../support/sweeping.ts';

export const REASON = 'INC-12: in a public repository';

export function revoke(
  on: SweptSandbox,
  ids: readonly string[],
  overrides: Partial<LeakDependencies> = {},
): Promise<LeakEnd> {
  return revokeLeaked(ids, { reason: REASON }, { ...on.dependencies(), ...overrides });
}

/** ID of the first key of a user. */
export function keyOf(organization: SandboxOrganization, account: string, userName: string): string {
  const [key] = organization.user(account, userName).keys;
  if (!key) throw new Error(`${userName} has no key`);
  return key.accessKeyId;
}

export async function undo(
  on: SweptSandbox,
  runId: string,
  request: UndoRequest = {},
  overrides: Partial<LeakDependencies> = {},
): Promise<StoredRun> {
  const plan = planUndo(await readRun(on.store, runId), {}, await laterWrites(on.store, runId));
  const undone = await applyUndo(plan, 30, { ...on.dependencies(), ...overrides }, request);
  return foldRun(readRecords(on.store, undone.runId));
}
