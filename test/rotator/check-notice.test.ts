import { beforeEach, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { isNoticeGiven } from '../../src/rotator/check-notice.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { runStarted, summary } from '../support/records.ts';
import { memoryStore } from '../support/memory-store.ts';

const SLOT = new Date('2026-11-27T22:55:00Z');
const MINUTE = 60_000;
const STARTED = new Date(SLOT.getTime() - 24 * 60 * MINUTE);

let store: ObjectStore;
beforeEach(() => {
  store = memoryStore();
});

const isGiven = (engine: 'lambda' | 'step-functions', minutes: number): Promise<boolean> =>
  isNoticeGiven(
    deployableConfig({ deployment: { engine } }),
    store,
    SLOT,
    new Date(STARTED.getTime() + minutes * MINUTE),
  );

describe('a slot', () => {
  it('needs a notice if it had none, or only another slot had one', async () => {
    expect(await isGiven('lambda', 0)).toBe(false);
    await startNotice('2026-12-04T22:55:00.000Z');
    expect(await isGiven('lambda', 1)).toBe(false);
  });

  it.each([
    ['lambda', 19, true],
    ['lambda', 20, false],
    ['step-functions', 239, true],
    ['step-functions', 240, false],
  ] as const)(
    'with an unfinished notice run, engine %s, after %i min: notice is given %s',
    async (engine, minutes, given) => {
      await startNotice(SLOT.toISOString());
      expect(await isGiven(engine, minutes)).toBe(given);
    },
  );

  it('needs no notice after its notice run ended', async () => {
    const runId = await startNotice(SLOT.toISOString());
    await putSummary(store, summary({ runId, mode: 'plan' }));
    expect(await isGiven('lambda', 20 * 60)).toBe(true);
  });
});

async function startNotice(noticeFor: string): Promise<string> {
  const runId = newRunId(STARTED, () => '000');
  const started = runStarted({ runId, mode: 'plan', at: STARTED.toISOString(), noticeFor });
  await openRunLog(store, runId).append([started]);
  return runId;
}
