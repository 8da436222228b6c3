import { describe, expect, it } from 'vitest';

import type { Fault } from '../../../sandbox/faults/faults.ts';
import { recheckOptOuts } from '../../../src/sweep/apply/recheck-opt-outs.ts';
import { packPlan } from '../../../src/sweep/plan/planned.ts';
import { begun } from '../beginning.ts';
import { due, FIRST, kept, plan, SECOND } from '../plan/plans.ts';
import { EVERY_KEY, onSandbox, organizationOf } from '../../support/sweeping.ts';

const DUE = packPlan(plan(FIRST, { decisions: [due()] }));

async function looking(optOutTag: string | false, faults: readonly Fault[] = []) {
  const organization = organizationOf(2);
  const on = await onSandbox({ organization, config: { ...EVERY_KEY, optOutTag }, sandbox: { faults } });
  const look = recheckOptOuts(await begun(on));
  on.sandbox.calls.reset();
  return { organization, look, calls: on.sandbox.calls };
}

describe('a second look at the opt-out tag of an account', () => {
  it('is one call, however often it is asked for', async () => {
    const { look, calls } = await looking('keysweep=opt-out');
    expect(await Promise.all([look.at(DUE), look.at(DUE)])).toEqual([undefined, undefined]);
    expect(await look.at(DUE)).toBeUndefined();
    expect(calls.counts()).toEqual({ 'organizations:ListTagsForResource': 1 });
  });

  it('costs no call where nothing is due, or nobody opts out by tag', async () => {
    const { look, calls } = await looking('keysweep=opt-out');
    expect(await look.at(packPlan(plan(SECOND, { decisions: [kept()] })))).toBeUndefined();
    expect(calls.all).toEqual([]);
    const without = await looking(false);
    expect(await without.look.at(DUE)).toBeUndefined();
    expect(without.calls.all).toEqual([]);
  });

  it('ends the account without a write, with the keys that were due', async () => {
    const { organization, look } = await looking('keysweep=opt-out');
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    expect(await look.at(DUE)).toEqual({
      outcome: 'opted-out',
      reason: 'by its tag keysweep=opt-out, which was set lately',
      keys: DUE.end.keys,
    });
  });

  it('ends the account with the failure, when the tag cannot be read', async () => {
    const denied = {
      service: 'organizations',
      call: 'ListTagsForResource',
      occurrence: 'every',
      kind: 'denied',
    } as const;
    const { look } = await looking('keysweep=opt-out', [denied]);
    expect(await look.at(DUE)).toMatchObject({ outcome: 'denied', keys: DUE.end.keys });
  });

  it('is given up at its end, which waits for what is under way', async () => {
    const { look } = await looking('keysweep=opt-out');
    let answered = false;
    const answer = look.at(DUE).finally(() => (answered = true));
    await look.end();
    expect(answered).toBe(true);
    expect(await answer).toMatchObject({ outcome: 'not-reached' });
    expect(await look.at(packPlan(plan(SECOND, { decisions: [due()] })))).toMatchObject({
      outcome: 'not-reached',
    });
  });
});
