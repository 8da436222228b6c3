import { expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { runInChaos, undisturbedEnd } from './chaos.ts';

const ROUNDS = Number(process.env.KEYSWEEP_CHAOS ?? 40);
const SEED = Number(process.env.KEYSWEEP_SEED ?? 20261123);

it(
  'a run whose steps die, are given up while running, and run twice has a true ledger',
  async () => {
    const end = await undisturbedEnd(KEYSWEEP);
    const verdicts: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round += 1) {
      const summary = await runInChaos(SEED + round, KEYSWEEP, end);
      const verdict = summary?.verdict ?? 'broken off';
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
    process.stdout.write(`${ROUNDS} runs in chaos from seed ${SEED}: ${JSON.stringify(verdicts)}\n`);
    expect(verdicts.ok).toBeGreaterThan(ROUNDS / 4);
  },
  60_000 + ROUNDS * 1_000,
);
