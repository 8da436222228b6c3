import { expect } from 'vitest';

import { listRunIds } from '../../src/ledger/runs.ts';
import type { World } from '../properties/model.ts';
import { statuses } from '../properties/stage.ts';
import { sweep, undoFirst, type Killed } from './killing.ts';

/** The next sweep finishes what the killed one left. */
export async function checkFinished({ stage, before, end, startedAt, story }: Killed): Promise<void> {
  const next = await sweep(stage, stage.dependencies());
  expect(next.verdict, story).toBe('ok');
  expect(statuses(stage.world()), story).toEqual(statuses(end));
  checkDates(before, stage.world(), startedAt, story);
}

/** The days of a deactivated key count from then, or it would be deleted too early. */
function checkDates(before: World, { keys, memory }: World, startedAt: number, story: string): void {
  for (const { accessKeyId, status } of keys.values()) {
    if (status !== 'Inactive' || before.keys.get(accessKeyId)?.status !== 'Active') continue;
    const since = memory.get(accessKeyId)?.inactiveSince;
    expect(since, `${story}: ${accessKeyId}`).toBeGreaterThanOrEqual(startedAt);
  }
}

/** An undo of the killed sweep restores every key. */
export async function checkUndone({ stage, before, story }: Killed): Promise<void> {
  if ((await listRunIds(stage.store)).length === 0) return;
  await undoFirst(stage, stage.dependencies());
  expect(statuses(stage.world()), story).toEqual(statuses(before));
}

/** Keys that a killed undo reactivated are held, a second undo does the rest, and no sweep revokes them. */
export async function checkHeld({ stage, before, after, end, story }: Killed): Promise<void> {
  for (const { accessKeyId, status } of after.keys.values())
    if (status !== before.keys.get(accessKeyId)?.status)
      expect(after.memory.get(accessKeyId)?.holdUntil, `${story}: ${accessKeyId}`).toBeGreaterThan(0);
  await undoFirst(stage, stage.dependencies());
  expect(statuses(stage.world()), story).toEqual(statuses(end));
  await sweep(stage, stage.dependencies());
  expect(statuses(stage.world()), story).toEqual(statuses(end));
  // The end itself is right: every key of the sweep is active again.
  expect([...end.keys.values()].filter(({ status }) => status === 'Active')).toHaveLength(7);
}
