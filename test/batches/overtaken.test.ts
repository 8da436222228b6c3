import { expect, it } from 'vitest';

import { KEYSWEEP } from '../properties/build-under-test.ts';
import { prepared } from './chaos.ts';
import { LambdaGone } from './disturbing.ts';
import { holding } from './held-store.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

it('keeps the holds of an undo when an attempt wakes that was overtaken', async () => {
  const stage = await prepared(KEYSWEEP);
  const { build, dependencies, read, world } = stage;
  const asleep: Promise<unknown>[] = [];
  const { store, release } = holding(stage.store, (key) => key.startsWith('accounts/'));
  const overtaken: Take = async (event) => {
    if (event.step !== 'apply' || asleep.length === 2) return attempt(event, stage, dependencies());
    asleep.push(attempt(event, stage, dependencies({ store })).catch((error: unknown) => error));
    throw new LambdaGone('given up');
  };
  const take: Take = (event) => overtaken(event).catch(() => attempt(event, stage, dependencies()));
  const { runId, verdict } = await play(take, executionAt(stage));
  expect(verdict).toBe('ok');
  await build.applyUndo(build.planUndo(await read(runId), {}, new Map()), 30, dependencies());
  const held = world().memory;
  expect([...held.values()].filter(({ holdUntil }) => holdUntil !== undefined)).not.toEqual([]);
  release();
  await Promise.all(asleep);
  expect(world().memory).toEqual(held);
});
