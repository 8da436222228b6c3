import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { readDenyList } from '../../src/ledger/deny-list.ts';
import { verifyLedger } from '../../src/ledger/verify.ts';
import { revokeLeaked } from '../../src/sweep/leak/revoke-leaked.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { stageOf, type Stage } from '../properties/stage.ts';
import { KillPoint, type Moment } from './kill-point.ts';
import { sweep } from './killing.ts';
import { smallOrganization } from './organization.ts';

const MOMENTS: readonly Moment[] = ['before its effect', 'after its effect'];
const REQUEST = { reason: 'INC-12' };

const staged = (): Stage => stageOf(smallOrganization('deactivate-then-delete'), KEYSWEEP);

/** Of one user in each of two accounts. */
function leakedKeys({ built: { organization, accountIds } }: Stage): string[] {
  return [1, 2].flatMap((at) => {
    const [key] = organization.user(accountIds[at] ?? '', 'ada').keys;
    return key ? [key.accessKeyId] : [];
  });
}

const activeOf = ({ built: { organization, accountIds } }: Stage, ids: readonly string[]): string[] =>
  accountIds
    .flatMap((id) => organization.keysOf(id))
    .filter(({ accessKeyId, status }) => ids.includes(accessKeyId) && status === 'Active')
    .map(({ accessKeyId }) => accessKeyId);

const revoke = (stage: Stage, dependencies: RunDependencies) =>
  revokeLeaked(leakedKeys(stage), REQUEST, dependencies);

async function countEvents(): Promise<number> {
  const stage = staged();
  const count = new KillPoint(Infinity);
  await revoke(stage, stage.dependencies({ passage: count.passage, store: count.store(stage.store) }));
  return count.events;
}

/** @returns the stage after the kill, in which every key that is Inactive has its entry */
async function killAt(at: number, moment: Moment): Promise<Stage> {
  const stage = staged();
  const point = new KillPoint(at, moment);
  const dependencies = stage.dependencies({ passage: point.passage, store: point.store(stage.store) });
  await Promise.race([revoke(stage, dependencies).catch(() => undefined), point.died]);
  for (let rest = 0; rest < 50; rest += 1) await turn();
  const ids = leakedKeys(stage);
  const denied = await readDenyList(stage.store);
  const active = activeOf(stage, ids);
  expect(ids.filter((id) => !active.includes(id) && !denied.has(id))).toEqual([]);
  return stage;
}

describe('a revocation that is killed at any call or store operation', { timeout: 120_000 }, () => {
  it('is finished by the next one, and its ledger is true', async () => {
    const events = await countEvents();
    expect(events).toBeGreaterThan(15);
    for (let at = 0; at < events; at += 1) {
      for (const moment of MOMENTS) {
        const stage = await killAt(at, moment);
        const { summary } = await revoke(stage, stage.dependencies());
        expect(summary?.verdict).toBe('ok');
        expect(activeOf(stage, leakedKeys(stage))).toEqual([]);
        expect((await readDenyList(stage.store)).size).toBe(2);
        const verified = await verifyLedger(stage.store, { expiredBefore: new Date(0) });
        // The killed one may have recorded its end, and not stored the file of its summary.
        const problems = verified.problems.filter(({ object }) => !object.endsWith('summary.json'));
        expect({ at, moment, problems }).toEqual({ at, moment, problems: [] });
      }
    }
  });

  it('is finished by the next sweep from its first entry on', async () => {
    const events = await countEvents();
    let finished = 0;
    for (let at = 0; at < events; at += 1) {
      const stage = await killAt(at, 'after its effect');
      const denied = [...(await readDenyList(stage.store)).keys()];
      if (denied.length === 0) continue;
      finished += 1;
      const summary = await sweep(stage, stage.dependencies());
      expect(summary.verdict).toBe('ok');
      expect(activeOf(stage, denied)).toEqual([]);
    }
    expect(finished).toBeGreaterThan(5);
  });
});
