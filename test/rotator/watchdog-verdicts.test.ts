import { expect, it } from 'vitest';

import { newRunId } from '../../src/ledger/run-id.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import type { RunVerdict } from '../../src/ledger/record.ts';
import { runWatchdog } from '../../src/rotator/watchdog.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { memoryStore } from '../support/memory-store.ts';
import { runStarted, summary } from '../support/records.ts';

const SLOT = new Date('2026-11-27T23:55:00Z');
const SATURDAY = new Date('2026-11-28T12:00:00Z');

it.each<[RunVerdict, string]>([
  ['ok', 'ok'],
  ['incomplete', 'not-ok'],
  ['stopped', 'not-ok'],
  ['cancelled', 'not-ok'],
])('the only sweep of a slot is %s: %s', async (verdict, state) => {
  const config = deployableConfig();
  const store = memoryStore();
  const { expression, timezone } = config.schedule;
  const watched = { since: '2026-11-01T00:00:00.000Z', schedule: `${expression} ${timezone}` };
  await store.put('watch.json', JSON.stringify(watched));
  const started = runStarted({ at: SLOT.toISOString(), runId: newRunId(SLOT, () => '000') });
  await openRunLog(store, started.runId).append([started]);
  await putSummary(store, summary({ runId: started.runId, verdict }));
  expect(await runWatchdog(config, store, SATURDAY)).toMatchObject({ state, slot: SLOT });
});
