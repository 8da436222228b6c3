import { expect, it } from 'vitest';

import type { Step } from '../../src/sweep/progress.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { applyUndo } from '../../src/sweep/undo/apply-undo.ts';
import { EVERY_KEY, onSandbox, organizationOf } from '../support/sweeping.ts';

const CONFIG = {
  ...EVERY_KEY,
  concurrency: { accounts: 1 },
  overrides: [{ accounts: ['100000000002'], armed: false }],
};

it.each<['sweep' | 'plan', Step[]]>([
  [
    'sweep',
    [
      { step: 'applying', done: 0, total: 2 },
      { step: 'applying', done: 1, total: 2 },
      { step: 'applying', done: 2, total: 2 },
    ],
  ],
  ['plan', []],
])(
  'a %s reports its progress: all targets while planning, armed ones while applying',
  async (mode, applying) => {
    const { run } = await onSandbox({ organization: organizationOf(3), config: CONFIG });
    const steps: Step[] = [];
    await run({ mode }, { progress: (step) => steps.push(step) });
    expect(steps[0]).toEqual({ step: 'listing' });
    expect(steps.filter(({ step }) => step === 'planning').at(-1)).toEqual({
      step: 'planning',
      done: 3,
      total: 3,
    });
    expect(steps.filter(({ step }) => step === 'applying')).toEqual(applying);
  },
);

it('an undo reports its progress over the accounts with keys to restore', async () => {
  const on = await onSandbox({ organization: organizationOf(3), config: CONFIG });
  const { run } = await on.run();
  const steps: Step[] = [];
  const progress = (step: Step): number => steps.push(step);
  await applyUndo(planUndo(run, {}, new Map()), 30, on.dependencies({ progress }));
  expect(steps).toEqual([0, 1, 2].map((done) => ({ step: 'applying', done, total: 2 })));
});
