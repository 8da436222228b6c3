import { expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { prepared } from './chaos.ts';
import { LambdaGone } from './disturbing.ts';
import { attempt, executionAt, play, type Take } from './playing.ts';

it('leaves the holds of an undo alone when an attempt wakes that was overtaken before the run ended', async () => {
  const stage = await prepared(KEYSWEEP);
  const { build, dependencies, store, read, world } = stage;
  let wake: () => void = () => undefined;
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const asleep: Promise<unknown>[] = [];
  const sleeping: ObjectStore = {
    ...store,
    update: async (key, change) => {
      if (key.startsWith('accounts/')) await awake;
      return store.update(key, change);
    },
  };
  const overtaken: Take = async (event) => {
    if (event.step !== 'apply' || asleep.length === 2) return attempt(event, stage, dependencies());
    asleep.push(attempt(event, stage, dependencies({ store: sleeping })).catch((error: unknown) => error));
    throw new LambdaGone('given up');
  };
  const take: Take = (event) => overtaken(event).catch(() => attempt(event, stage, dependencies()));
  const { runId, verdict } = await play(take, executionAt(stage));
  expect(verdict).toBe('ok');
  await build.applyUndo(build.planUndo(await read(runId), {}, new Map()), 30, dependencies());
  const held = world().memory;
  expect([...held.values()].filter(({ holdUntil }) => holdUntil !== undefined)).not.toEqual([]);
  wake();
  await Promise.all(asleep);
  expect(world().memory).toEqual(held);
});
