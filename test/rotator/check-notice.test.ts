import { beforeEach, describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { putSummary } from '../../src/ledger/runs.ts';
import { isNoticed } from '../../src/rotator/check-notice.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { runStarted, summary } from '../support/records.ts';
import { memoryStore } from '../support/memory-store.ts';

const SLOT = new Date('2026-11-27T22:55:00Z');
const MINUTE = 60_000;
const BEGUN = new Date(SLOT.getTime() - 24 * 60 * MINUTE);

let store: ObjectStore;
beforeEach(() => {
  store = memoryStore();
});

const noticed = (engine: 'lambda' | 'step-functions', minutes: number): Promise<boolean> =>
  isNoticed(
    deployableConfig({ deployment: { engine } }),
    store,
    SLOT,
    new Date(BEGUN.getTime() + minutes * MINUTE),
  );

describe('a slot', () => {
  it('needs notice where there was none, or one of another slot', async () => {
    expect(await noticed('lambda', 0)).toBe(false);
    await begin('2026-12-04T22:55:00.000Z');
    expect(await noticed('lambda', 1)).toBe(false);
  });

  it.each([
    ['lambda', 19, true],
    ['lambda', 20, false],
    ['step-functions', 239, true],
    ['step-functions', 240, false],
  ] as const)(
    'whose notice run has no end with the engine %s after %i min is noticed: %s',
    async (engine, minutes, is) => {
      await begin(SLOT.toISOString());
      expect(await noticed(engine, minutes)).toBe(is);
    },
  );

  it('is noticed for ever by a run that came to its end', async () => {
    const runId = await begin(SLOT.toISOString());
    await putSummary(store, summary({ runId, mode: 'plan' }));
    expect(await noticed('lambda', 20 * 60)).toBe(true);
  });
});

async function begin(noticeFor: string): Promise<string> {
  const runId = newRunId(BEGUN, () => '000');
  const started = runStarted({ runId, mode: 'plan', at: BEGUN.toISOString(), noticeFor });
  await openRunLog(store, runId).append([started]);
  return runId;
}
