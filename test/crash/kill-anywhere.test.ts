import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf } from '../properties/stage.ts';
import { checkFinished, checkHeld, checkUndone } from './after-the-kill.ts';
import { killEverywhere, killPoints, SWEEPS, UNDO, type Case } from './killing.ts';
import { smallOrganization } from './organization.ts';
import { callsAfterLimits, READ_AGAIN } from './read-again.ts';

const PROMISES = new URL('../../docs/promises.md', import.meta.url);

describe('a run that is killed at any call or store operation', { timeout: 120_000 }, () => {
  it.each<[string, Case]>(Object.entries(SWEEPS))(
    'was %s: its ledger is true, and the next run finishes the work',
    async (_, of) => {
      expect(await killEverywhere(of, KEYSWEEP, checkFinished)).toBe(await killPoints(of, KEYSWEEP));
    },
  );

  it('was a sweep that deactivates: undo restores every key', async () => {
    const of = SWEEPS['a sweep that deactivates'];
    expect(await killEverywhere(of, KEYSWEEP, checkUndone)).toBe(await killPoints(of, KEYSWEEP));
  });

  it('was an undo: no key is active without a hold, and a second undo finishes the work', async () => {
    expect(await killEverywhere(UNDO, KEYSWEEP, checkHeld)).toBe(await killPoints(UNDO, KEYSWEEP));
  });

  it('was killed at each kind of request that reads again before a write', async () => {
    const { mode, prepare, run } = SWEEPS['a second sweep of two'];
    const stage = stageOf(smallOrganization(mode), KEYSWEEP);
    await prepare(stage);
    const calls = await callsAfterLimits(stage, (dependencies) => run(stage, dependencies));
    expect(calls).toEqual(READ_AGAIN);
  });

  it('was killed in at least as many places as docs/promises.md says', async () => {
    const documented = /kills a run in over (\d+) places/.exec(await readFile(PROMISES, 'utf8'))?.[1];
    const places = await Promise.all([...Object.values(SWEEPS), UNDO].map((of) => killPoints(of, KEYSWEEP)));
    const all = places.reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${all} places to be killed in: four sweeps and an undo\n`);
    expect(all).toBeGreaterThan(Number(documented));
  });
});
