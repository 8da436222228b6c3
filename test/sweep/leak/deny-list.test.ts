import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { readDenyList } from '../../../src/ledger/deny-list.ts';
import { readMemory } from '../../../src/ledger/memory.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, renameUser } from '../../support/sweeping.ts';
import { keyOf, revoke, undo } from './leaking.ts';

const FIRST = '100000000001';
const DAY = 24 * 60 * 60 * 1000;

/** Keys of a month and more, which are deleted a week after they were deactivated. */
const MONTHLY: ConfigInput = {
  ...EVERY_KEY,
  defaults: {
    ...EVERY_KEY.defaults,
    rules: { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7, users: 'all' },
    exempt: { users: ['exempt-*'] },
  },
};

/** A member, somebody in no group and a member who is exempt, all with young keys. */
async function leaking(config = MONTHLY) {
  const organization = organizationOf(1, () => [
    ADA,
    { userName: 'eve', keys: [{}] },
    { ...ADA, userName: 'exempt-bob' },
  ]);
  const on = await onSandbox({ organization, config });
  const key = (userName: string): string => keyOf(organization, FIRST, userName);
  const activate = (userName: string): void => {
    const [own] = organization.user(FIRST, userName).keys;
    if (own) own.status = 'Active';
  };
  return { organization, on, key, activate };
}

const EVERYBODY = ['ada', 'eve', 'exempt-bob'];

describe('a leaked key', () => {
  it('is deleted by a sweep after deleteAfterDays, also of a user outside of the groups', async () => {
    const { organization, on, key } = await leaking();
    await revoke(on, EVERYBODY.map(key));
    on.sandbox.clock.advance(6 * DAY);
    const early = await on.run();
    expect(early.summary).toMatchObject({ verdict: 'ok', keys: { due: 0 } });
    on.sandbox.clock.advance(DAY);
    const { summary, run } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 2, deleted: 2 } });
    expect(keysOf(organization, FIRST)).toEqual(['exempt-bob Inactive']);
    const writes = [...(run.accounts.get(FIRST)?.writes.values() ?? [])];
    expect(writes.map(({ intended }) => intended?.reason)).toEqual(['leaked', 'leaked']);
  });

  it('is found under the new name of its user', async () => {
    const { organization, on, key } = await leaking();
    await revoke(on, [key('eve')]);
    renameUser(organization.account(FIRST), organization.user(FIRST, 'eve'), 'mallory');
    on.sandbox.clock.advance(7 * DAY);
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 1 } });
    expect(keysOf(organization, FIRST).join()).not.toContain('mallory');
  });

  it('is deactivated again if it is governed, whatever its age or hold', async () => {
    const { organization, on, key, activate } = await leaking();
    const { summary } = await revoke(on, [key('ada')]);
    await undo(on, summary?.runId ?? '', { leakedKeys: [key('ada')], reason: 'a mistake' });
    await revoke(on, [key('ada')]);
    activate('ada');
    expect((await readMemory(on.store, FIRST)).keys.get(key('ada'))?.holdUntil).toBeDefined();
    const swept = await on.run();
    expect(swept.summary).toMatchObject({ verdict: 'ok', keys: { due: 1, deactivated: 1 } });
    const [decision] = swept.run.accounts.get(FIRST)?.plan?.decisions ?? [];
    expect(decision).toMatchObject({ action: 'deactivate', reason: 'leaked' });
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
  });

  it.each(['eve', 'exempt-bob'])('makes the sweep incomplete if %s has it Active again', async (userName) => {
    const { organization, on, key, activate } = await leaking();
    await revoke(on, [key(userName)]);
    activate(userName);
    const { summary } = await on.run();
    expect(summary.verdict).toBe('incomplete');
    expect(summary.problems.join()).toContain(`Leaked key ${key(userName)} of ${userName}`);
    expect(summary.problems.join()).toContain(`keysweep revoke ${key(userName)}`);
    expect(keysOf(organization, FIRST)).toContain(`${userName} Active`);
  });

  it('waits again from its last use', async () => {
    const { organization, on, key } = await leaking();
    await revoke(on, [key('ada'), key('eve')]);
    on.sandbox.clock.advance(8 * DAY);
    for (const { lastUsed, ...own } of organization.keysOf(FIRST)) {
      expect(lastUsed).toBeUndefined();
      const stored = organization.account(FIRST).keys.get(own.accessKeyId);
      if (stored)
        stored.lastUsed = { at: on.sandbox.clock.milliseconds(), service: 's3', region: 'eu-central-1' };
    }
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 0 } });
  });

  it.each(['deactivate', 'deactivate-then-delete'] as const)('stays where the mode is %s', async (mode) => {
    const rules = { ...MONTHLY.defaults.rules, mode };
    const { organization, on, key } = await leaking({ ...MONTHLY, defaults: { ...MONTHLY.defaults, rules } });
    await revoke(on, [key('ada'), key('eve')]);
    on.sandbox.clock.advance(mode === 'deactivate' ? 300 * DAY : 0);
    expect((await on.run()).summary).toMatchObject({ verdict: 'ok', keys: { deleted: 0 } });
    expect(keysOf(organization, FIRST)).toContain('eve Inactive');
  });

  it('of somebody who cannot be read makes the sweep incomplete', async () => {
    const { on, key } = await leaking();
    await revoke(on, [key('eve')]);
    const where = { UserName: 'eve' };
    on.sandbox.faults.add({
      service: 'iam',
      call: 'ListAccessKeys',
      where,
      kind: 'denied',
      occurrence: 'every',
    });
    const { summary, run } = await on.run();
    expect(summary.verdict).toBe('incomplete');
    expect(run.accounts.get(FIRST)?.plan?.unreadUsers).toMatchObject([{ userName: 'eve' }]);
  });
});

describe('undo', () => {
  it('refuses a leaked key, of its own run and of an earlier sweep', async () => {
    const { organization, on, key } = await leaking(EVERY_KEY);
    const { summary } = await on.run();
    const revoked = await revoke(on, [key('ada')]);
    const undone = await undo(on, summary.runId);
    expect(undone.accounts.get(FIRST)?.writes.get(key('ada'))).toBeUndefined();
    const refused = await undo(on, revoked.summary?.runId ?? '');
    expect(refused.summary?.verdict).toBe('incomplete');
    const write = refused.accounts.get(FIRST)?.writes.get(key('ada'));
    expect(write).toMatchObject({ outcome: 'not-attempted', failure: { kind: 'withheld', code: 'Leaked' } });
    expect(write?.failure?.message).toContain(`--leaked-key ${key('ada')}`);
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
  });

  it('refuses a key that leaks while the undo runs', async () => {
    const { organization, on, key } = await leaking(EVERY_KEY);
    const { summary } = await on.run();
    let puts = 0;
    const store: ObjectStore = {
      ...on.store,
      putNew: async (name, body) => {
        // The accounts of the undo, after its start.
        if (name.startsWith('runs/') && ++puts === 2) await revoke(on, [key('ada')]);
        return on.store.putNew(name, body);
      },
    };
    const undone = await undo(on, summary.runId, {}, { store });
    expect(undone.summary?.verdict).toBe('incomplete');
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
  });

  it('restores a leaked key that is named, and takes it off the list', async () => {
    const { organization, on, key } = await leaking();
    const { summary } = await revoke(on, [key('ada')]);
    const request = { leakedKeys: [key('ada')], reason: 'a mistake' };
    const undone = await undo(on, summary?.runId ?? '', request);
    expect(undone.summary?.verdict).toBe('ok');
    expect(undone.started.leakedKeys).toEqual([key('ada')]);
    expect(keysOf(organization, FIRST)).toContain('ada Active');
    expect(await readDenyList(on.store)).toEqual(new Map());
    expect((await on.run()).summary).toMatchObject({ verdict: 'ok', keys: { due: 0 } });
    const again = await revoke(on, [key('ada')]);
    expect((await readDenyList(on.store)).get(key('ada'))?.byRun).toBe(again.summary?.runId);
  });
});
