import { describe, expect, it } from 'vitest';

import { hold, readMemory, rememberInactive, EMPTY_MEMORY, writeMemory } from '../../../src/ledger/memory.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import type { StoredWrite } from '../../../src/ledger/stored-run.ts';
import { newRunId } from '../../../src/ledger/run-id.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { applyAccount } from '../../../src/sweep/apply/apply-account.ts';
import type { TargetRecheck } from '../../../src/sweep/apply/recheck-target.ts';
import { DAY, fromNow } from '../../support/clock.ts';
import { begun, planOf } from '../beginning.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf } from '../../support/sweeping.ts';

const FIRST = '100000000001';
const LAST_WEEK = fromNow(-7 * DAY);
const RUN = newRunId(LAST_WEEK, () => 'abc');
const TWO_USERS = [ADA, { ...ADA, userName: 'bob' }];
/** The account is still the target that it was. */
const AS_IT_IS: Pick<TargetRecheck, 'check'> = {
  check: (target) => Promise.resolve({ at: fromNow(0), now: { target } }),
};
const RULES = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules: { users: 'all' } as const } };

/** The keys of the account, in the order of their users' names, each as an update of the memory names it. */
const named = (organization: SandboxOrganization) =>
  organization.keysOf(FIRST).map(({ accessKeyId, user }) => ({ accessKeyId, userName: user.userName }));

describe('the plan of an account after an attempt that died', () => {
  const deactivated = (key: { accessKeyId: string; userName: string }): StoredWrite => ({
    ...key,
    outcome: 'deactivated',
    intended: undefined,
  });

  it('is applied to the other keys, and counts and remembers all of them', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const context = await begun(on);
    const plan = await planOf(FIRST, context);
    const [ada, bob] = named(organization);
    const end = await applyAccount(plan, AS_IT_IS, context, [deactivated(ada!)]);
    expect(end).toMatchObject({ outcome: 'swept', keys: { due: 2, deactivated: 2 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect([...(await readMemory(on.store, FIRST)).keys.keys()]).toEqual([
      ada!.accessKeyId,
      bob!.accessKeyId,
    ]);
  });

  it('opens no session when nothing is left to write', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const context = await begun(on);
    const plan = await planOf(FIRST, context);
    on.sandbox.calls.reset();
    const end = await applyAccount(plan, AS_IT_IS, context, named(organization).map(deactivated));
    expect(end).toMatchObject({ outcome: 'swept', keys: { deactivated: 2 } });
    expect(on.sandbox.calls.all).toEqual([]);
  });
});

describe('the memory of an account after a sweep', () => {
  it('has the keys that the sweep deactivated, and those that were inactive', async () => {
    const organization = organizationOf(1, () => [
      ADA,
      { ...ADA, userName: 'old', keys: [{ status: 'Inactive' as const }] },
    ]);
    const on = await onSandbox({ organization });
    const context = await begun(on);
    await applyAccount(await planOf(FIRST, context), AS_IT_IS, context);
    const since = { inactiveSince: context.startedAt, byRun: context.runId };
    expect([...(await readMemory(on.store, FIRST)).keys.values()]).toEqual([
      { userName: 'ada', ...since },
      { userName: 'old', ...since },
    ]);
  });

  it('does not have keys that stay active', async () => {
    const organization = organizationOf(1, () => [
      { ...ADA, keys: [{ createdDaysAgo: 1 }, { createdDaysAgo: 100 }] },
    ]);
    const rules = { users: 'all', maxKeyAgeDays: 30 } as const;
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
    const on = await onSandbox({ organization, config });
    const context = await begun(on);
    await applyAccount(await planOf(FIRST, context), AS_IT_IS, context);
    const [, old] = organization.keysOf(FIRST);
    expect([...(await readMemory(on.store, FIRST)).keys.keys()]).toEqual([old!.accessKeyId]);
  });

  it('is not stored when it would be empty', async () => {
    const organization = organizationOf(1, () => [{ ...ADA, keys: [] }]);
    const on = await onSandbox({ organization });
    const context = await begun(on);
    expect(await applyAccount(await planOf(FIRST, context), AS_IT_IS, context)).toMatchObject({
      outcome: 'nothing-due',
    });
    expect(await on.store.list('accounts/')).toEqual([]);
  });

  it('does not have keys that were deleted, or are gone', async () => {
    const organization = organizationOf(1, () => [
      ...TWO_USERS,
      { ...ADA, userName: 'cleo', keys: [{ status: 'Inactive' as const }, { status: 'Inactive' as const }] },
    ]);
    const config = {
      ...RULES,
      defaults: { ...RULES.defaults, rules: { users: 'all', mode: 'delete' } as const },
    };
    const on = await onSandbox({ organization, config });
    const context = await begun(on);
    const plan = await planOf(FIRST, context);
    const [ada, , cleo] = organization.keysOf(FIRST);
    for (const gone of [ada, cleo]) organization.account(FIRST).deleteKey(gone!);
    const end = await applyAccount(plan, AS_IT_IS, context);
    expect(end.keys).toMatchObject({ deleted: 2, alreadyGone: 2 });
    const noKeys = ['ada', 'bob', 'cleo'].map((userName) => [userName, []] as const);
    expect(await readMemory(on.store, FIRST)).toEqual({ keys: new Map(), governed: new Map(noKeys) });
  });

  it('loses a key that is gone, even when nothing else is left', async () => {
    const organization = organizationOf(1, () => [{ ...ADA, keys: [] }]);
    const on = await onSandbox({ organization });
    const gone = { accessKeyId: 'AKIAGONE', userName: 'ada' };
    await writeMemory(on.store, FIRST, {
      from: EMPTY_MEMORY,
      to: rememberInactive(EMPTY_MEMORY, [gone], RUN, LAST_WEEK),
    });
    const context = await begun(on);
    await applyAccount(await planOf(FIRST, context), AS_IT_IS, context);
    expect(await readMemory(on.store, FIRST)).toEqual({ keys: new Map() });
  });

  it('keeps the date of a user who could not be read, and sets none for a user on hold', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const [ada, bob] = named(organization);
    const dated = rememberInactive(EMPTY_MEMORY, [ada!], RUN, LAST_WEEK);
    const until = fromNow(30 * DAY);
    await writeMemory(on.store, FIRST, { from: EMPTY_MEMORY, to: hold(dated, [bob!], until, RUN) });
    on.sandbox.faults.add({ service: 'iam', call: 'ListAccessKeys', occurrence: 'every', kind: 'denied' });
    const context = await begun(on);
    await applyAccount(await planOf(FIRST, context), AS_IT_IS, context);
    expect(await readMemory(on.store, FIRST)).toEqual({
      keys: new Map([
        [bob!.accessKeyId, { userName: 'bob', holdUntil: until, heldByRun: RUN }],
        [ada!.accessKeyId, { userName: 'ada', inactiveSince: LAST_WEEK, byRun: RUN }],
      ]),
    });
  });

  it('loses the date of a key that was activated, before the key is written to', async () => {
    const organization = organizationOf(1);
    const remembered: boolean[] = [];
    const kept = memoryStore();
    const watching: ObjectStore = {
      ...kept,
      putNew: async (key, body) => {
        if (body.includes('"writes-intended"'))
          remembered.push(
            (await readMemory(kept, FIRST)).keys.values().next().value?.inactiveSince !== undefined,
          );
        return kept.putNew(key, body);
      },
    };
    const on = await onSandbox({ organization, store: watching });
    await writeMemory(kept, FIRST, {
      from: EMPTY_MEMORY,
      to: rememberInactive(EMPTY_MEMORY, named(organization), RUN, LAST_WEEK),
    });
    const context = await begun(on);
    await applyAccount(await planOf(FIRST, context), AS_IT_IS, context);
    expect(remembered).toEqual([false]);
  });
});
