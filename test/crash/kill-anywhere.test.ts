import { describe, expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { checkFinished, checkHeld, checkUndone } from './after-the-kill.ts';
import { killEverywhere, SWEEPS, UNDO, type Case } from './killing.ts';

describe('a run that is killed at any call or store operation', { timeout: 120_000 }, () => {
  it.each<[string, Case]>(Object.entries(SWEEPS))(
    'was %s: its ledger tells the truth, and the next one finishes the job',
    async (_, of) => {
      expect(await killEverywhere(of, KEYSWEEP, checkFinished)).toBeGreaterThan(80);
    },
  );

  it('was a sweep that deactivates: undo brings back all that it took', async () => {
    const of = SWEEPS['a sweep that deactivates'];
    expect(await killEverywhere(of, KEYSWEEP, checkUndone)).toBeGreaterThan(80);
  });

  it('was an undo: no key is active again without its hold, and undoing again finishes the job', async () => {
    expect(await killEverywhere(UNDO, KEYSWEEP, checkHeld)).toBeGreaterThan(40);
  });
});
