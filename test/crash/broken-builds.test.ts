import { mkdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';

import { breakBuild, type Break } from '../properties/broken-build.ts';
import type { Build } from '../properties/build-under-test.ts';
import { checkFinished, checkHeld } from './after-the-kill.ts';
import { failEverywhere } from './failing-store.ts';
import { killEverywhere, SWEEPS, UNDO } from './killing.ts';

const BREAKS: readonly (readonly [string, (build: Build) => Promise<number>, Break])[] = [
  [
    'writes without an intent in the ledger',
    (build) => killEverywhere(SWEEPS['a sweep that deactivates'], build, checkFinished),
    {
      file: 'src/sweep/apply/write-keys.ts',
      line: "await recordWrites(target, { type: 'writes-intended', writes }, context);",
      instead: '',
    },
  ],
  [
    'deactivates a key before it forgets its old date',
    (build) => killEverywhere(SWEEPS['a second sweep of two'], build, checkFinished),
    {
      file: 'src/sweep/apply/apply-account.ts',
      line: 'await saveMemory(plan.target.account.id, { from: plan.memory, to: memory }, context);',
      instead: '',
    },
  ],
  [
    'activates keys again without a hold',
    (build) => killEverywhere(UNDO, build, checkHeld),
    {
      file: 'src/ledger/memory.ts',
      line: '{ holdUntil: until, heldByRun: runId }',
      instead: '{ heldByRun: runId }',
    },
  ],
  [
    'does not take over the lock of a dead process',
    (build) => killEverywhere(SWEEPS['a sweep that deactivates'], build, checkFinished),
    { file: 'src/ledger/lock.ts', line: '|| (lock.host === host && !isAlive(lock.pid))', instead: '' },
  ],
  [
    'continues with other accounts when the store failed',
    (build) => failEverywhere(build, 'once', 1),
    { file: 'src/sweep/apply/apply-plans.ts', line: '.catch(together.onFailure)', instead: '' },
  ],
];

beforeAll(() => mkdir('coverage', { recursive: true }));

describe('the tests catch a build that', { timeout: 120_000 }, () => {
  it.each(BREAKS)('%s', async (_, check, broken) => {
    const { build, remove } = await breakBuild(broken);
    try {
      // Caught by a check, not because the change itself throws.
      await expect(check(build)).rejects.toThrow(/expected|holds its lock|Another process changed/);
    } finally {
      await remove();
    }
  });
});
