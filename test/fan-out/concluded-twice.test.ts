import { expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { checkSums } from '../properties/truth.ts';
import { runIdOf } from '../../src/fan-out/step.ts';
import { prepared } from './chaos.ts';
import { holding } from './held-store.ts';
import { attempt, executionAt } from './playing.ts';

it('gives each account one outcome when two attempts end a run whose limits are checked in between', async () => {
  const stage = await prepared(KEYSWEEP);
  const { built, dependencies, store, read } = stage;
  const execution = executionAt(stage);
  const runId = runIdOf(execution);
  const take = (event: object, through = store): Promise<unknown> =>
    attempt(event, stage, dependencies({ store: through })).catch((error: unknown) => error);
  const conclude = { step: 'conclude', execution, start: { mode: 'sweep' }, state: {} };

  await take({ step: 'begin', execution, start: { mode: 'sweep' } });
  for (const batch of built.accountIds.keys()) await take({ step: 'plan', runId, batch: batch + 1 });
  const checking = holding(store, (key) => key.includes('/records/limits/'));
  const checked = take({ step: 'check-limits', runId }, checking.store);
  await checking.isReached;
  // The first attempt has seen that nobody has checked the limits, and is about to write down what follows from that.
  const first = holding(store, (key) => key.includes('/records/'));
  const concluded = take(conclude, first.store);
  await first.isReached;
  checking.release();
  await checked;
  // The second one has seen that they hold, and comes as far as the end.
  const second = holding(store, (key) => key.includes('/records/end/'));
  const concludedAgain = take(conclude, second.store);
  await second.isReached;
  first.release();
  await concluded;
  second.release();
  await concludedAgain;

  const run = await read(runId);
  expect(run.summary).toMatchObject({ verdict: 'incomplete', problems: [] });
  checkSums(run, built.accountIds);
});
