import { expect, it } from 'vitest';

import type { Step } from '../../src/sweep/progress.ts';
import { EVERY_KEY, onSandbox, organizationOf } from './sweeping.ts';

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
  'a %s tells how far it is, of all targets when it plans, and of armed ones when it applies',
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
