import { expect } from 'vitest';

import { listRunIds } from '../../../src/ledger/runs.ts';
import type { StoredRun } from '../../../src/ledger/stored-run.ts';
import { actionOf } from '../actor/permission.ts';
import type { Witness } from '../actor/witness.ts';
import type { Stage } from '../stage.ts';

const DONE = { deactivate: 'deactivated', delete: 'deleted', reactivate: 'reactivated' } as const;

/** Every write that was sent is in the ledger, of whatever run: several may have been at work. */
export async function checkRecorded(
  stage: Stage,
  earlier: readonly string[],
  witnesses: readonly Witness[],
): Promise<void> {
  const runs = await runsSince(stage, earlier);
  const outcomes = (id: string): (string | undefined)[] =>
    runs.flatMap(({ accounts }) =>
      [...accounts.values()].flatMap(({ writes }) => writes.get(id)?.outcome ?? []),
    );
  for (const write of witnesses.flatMap(({ writes }) => writes)) {
    if (!write.record.wrote) continue;
    expect(write.intendedAt, `the intent for ${write.accessKeyId}`).toBeDefined();
    const said = outcomes(write.accessKeyId);
    if (!said.includes('unconfirmed'))
      expect(said, `what the ledger says of ${write.accessKeyId}`).toContain(DONE[actionOf(write)]);
  }
}

async function runsSince(stage: Stage, earlier: readonly string[]): Promise<StoredRun[]> {
  const store = stage.openStore();
  const ids = (await listRunIds(store)).filter((id) => !earlier.includes(id));
  // Somebody may have ended a run that never began.
  const read = await Promise.allSettled(ids.map((id) => stage.build.readRun(store, id)));
  return read.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
}
