import { describe, expect, it } from 'vitest';

import type { Fault } from '../../../sandbox/faults/faults.ts';
import { recheckOptOuts } from '../../../src/sweep/apply/recheck-opt-outs.ts';
import { packPlan } from '../../../src/sweep/plan/planned.ts';
import { begun } from '../beginning.ts';
import { due, FIRST, kept, plan, SECOND } from '../plan/plans.ts';
import { EVERY_KEY, onSandbox, organizationOf } from '../../support/sweeping.ts';

const DUE = packPlan(plan(FIRST, { decisions: [due()] }));

async function open(optOutTag: string | false, faults: readonly Fault[] = []) {
  const organization = organizationOf(2);
  const on = await onSandbox({ organization, config: { ...EVERY_KEY, optOutTag }, sandbox: { faults } });
  const recheck = recheckOptOuts(await begun(on));
  on.sandbox.calls.reset();
  return { organization, recheck, calls: on.sandbox.calls };
}

describe('the recheck of an opt-out tag', () => {
  it('is one call, however often it is called', async () => {
    const { recheck, calls } = await open('keysweep=opt-out');
    expect(await Promise.all([recheck.check(DUE), recheck.check(DUE)])).toEqual([undefined, undefined]);
    expect(await recheck.check(DUE)).toBeUndefined();
    expect(calls.counts()).toEqual({ 'organizations:ListTagsForResource': 1 });
  });

  it('costs no call when nothing is due, or optOutTag is false', async () => {
    const { recheck, calls } = await open('keysweep=opt-out');
    expect(await recheck.check(packPlan(plan(SECOND, { decisions: [kept()] })))).toBeUndefined();
    expect(calls.all).toEqual([]);
    const without = await open(false);
    expect(await without.recheck.check(DUE)).toBeUndefined();
    expect(without.calls.all).toEqual([]);
  });

  it('ends the account without a write, with the keys that were due', async () => {
    const { organization, recheck } = await open('keysweep=opt-out');
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    expect(await recheck.check(DUE)).toEqual({
      outcome: 'opted-out',
      reason: 'by its tag keysweep=opt-out, set recently',
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
    const { recheck } = await open('keysweep=opt-out', [denied]);
    expect(await recheck.check(DUE)).toMatchObject({ outcome: 'denied', keys: DUE.end.keys });
  });

  it('starts no more reads at its end, which waits for those in progress', async () => {
    const { recheck } = await open('keysweep=opt-out');
    let answered = false;
    const answer = recheck.check(DUE).finally(() => (answered = true));
    await recheck.end();
    expect(answered).toBe(true);
    expect(await answer).toMatchObject({ outcome: 'not-reached' });
    expect(await recheck.check(packPlan(plan(SECOND, { decisions: [due()] })))).toMatchObject({
      outcome: 'not-reached',
    });
  });
});
