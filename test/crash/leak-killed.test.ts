import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { readDenyList } from '../../src/ledger/deny-list.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { handledKey } from '../../src/rotator/handle-leak.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import { attemptLeak, EVENT_ID, leakReport, leaksFound } from '../support/leak-attempt.ts';
import { KillPoint, type Moment } from './kill-point.ts';
import { smallOrganization } from './organization.ts';

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];
const staged = (): Stage => stageOf(smallOrganization('deactivate-then-delete'), KEYSWEEP);

/** Of one user in each of two accounts. */
function leakedKeys({ built: { organization, accountIds } }: Stage): string[] {
  return [1, 2].flatMap((at) =>
    organization
      .user(accountIds[at] ?? '', 'ada')
      .keys.slice(0, 1)
      .map(({ accessKeyId }) => accessKeyId),
  );
}

function activeOf({ built: { organization, accountIds } }: Stage, ids: readonly string[]): string[] {
  const keys = accountIds.flatMap((id) => organization.keysOf(id));
  return keys
    .filter(({ accessKeyId, status }) => ids.includes(accessKeyId) && status === 'Active')
    .map(({ accessKeyId }) => accessKeyId);
}

function attempt(stage: Stage, dependencies: RunDependencies): Promise<unknown> {
  return attemptLeak(leakReport(leakedKeys(stage)), dependencies);
}

async function countEvents(): Promise<number> {
  const stage = staged();
  const count = new KillPoint(Infinity);
  await attempt(stage, stage.dependencies({ passage: count.passage, store: count.store(stage.store) }));
  return count.events;
}

/** @returns the stage after the kill */
async function killAt(at: number, moment: Moment): Promise<Stage> {
  const stage = staged();
  const point = new KillPoint(at, moment);
  const dependencies = stage.dependencies({ passage: point.passage, store: point.store(stage.store) });
  await Promise.race([attempt(stage, dependencies).catch(() => undefined), point.died]);
  for (let rest = 0; rest < 50; rest += 1) await turn();
  return stage;
}

describe('the Lambda for leaked keys, killed at any call or store operation', { timeout: 240_000 }, () => {
  it('handles its event by the next attempt, and does not count it as handled before', async () => {
    const events = await countEvents();
    expect(events).toBeGreaterThan(25);
    for (let at = 0; at < events; at += 1) {
      for (const moment of MOMENTS) {
        const stage = await killAt(at, moment);
        const ids = leakedKeys(stage);
        const isHandled = (await stage.store.get(handledKey(EVENT_ID))) !== undefined;
        if (isHandled) expect({ at, active: activeOf(stage, ids) }).toEqual({ at, active: [] });
        else await attempt(stage, stage.dependencies());
        expect({ at, moment, active: activeOf(stage, ids) }).toEqual({ at, moment, active: [] });
        expect((await readDenyList(stage.store)).size).toBe(2);
        const noticed = leaksFound(stage.built.organization);
        expect({ at, moment, noticed }).toEqual({
          ...{ at, moment },
          noticed: expect.arrayContaining(ids.map((id) => `${id} Inactive`)) as string[],
        });
        const { problems } = await verifyLedger(stage.store, { expiredBefore: new Date(0) });
        // The killed one may have recorded its end, and not stored the file of its summary.
        expect(problems.filter(({ object }) => !object.endsWith('summary.json'))).toEqual([]);
      }
    }
  });
});
