import { describe, expect, it } from 'vitest';

import { readMemory } from '../../src/ledger/memory.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { LedgerRecord } from '../../src/ledger/record.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { memoryStore } from '../support/memory-store.ts';
import { ADA, EVERY_KEY, onSandbox, organizationOf } from '../support/sweeping.ts';

const FIRST = '100000000001';

const STORE_BROKE = new Error('the disk is full');

/** A store that stores, and from the given `putNew` on fails. */
function failingFrom(number: number, at: () => void): ObjectStore {
  const store = memoryStore();
  let puts = 0;
  return {
    ...store,
    putNew: (key, body) => {
      puts += 1;
      if (puts < number) return store.putNew(key, body);
      at();
      return Promise.reject(STORE_BROKE);
    },
  };
}

const inactive = (organization: SandboxOrganization): string[] =>
  [...organization.accounts.list()].flatMap(({ keys }) =>
    [...keys.values()].filter(({ status }) => status === 'Inactive').map(({ accessKeyId }) => accessKeyId),
  );

const intended = async (store: ObjectStore, runId: string): Promise<string[]> => {
  const ids: string[] = [];
  if ((await store.list(`runs/${runId}`)).length === 0) return ids;
  for await (const record of readRecords(store, runId))
    if (record.type === 'writes-intended') ids.push(...record.writes.map(({ accessKeyId }) => accessKeyId));
  return ids;
};

const manyUsers = Array.from({ length: 30 }, (_, index) => ({ ...ADA, userName: `user-${index}` }));

describe('a ledger that fails', () => {
  it.each(Array.from({ length: 14 }, (_, index) => index + 1))(
    'at its object %i ends the run, with no write after it, and none missing in the ledger',
    async (number) => {
      const organization = organizationOf(2, () => manyUsers);
      let writtenWhenItFailed: number | undefined;
      const store = failingFrom(number, () => (writtenWhenItFailed ??= inactive(organization).length));
      const config = { ...EVERY_KEY, concurrency: { accounts: 1 } };
      const { run, dependencies } = await onSandbox({ organization, config, store });
      const runId = '20261127T225500Z-1a2b3c';
      await expect(run({ runId })).rejects.toThrow(STORE_BROKE);
      expect(dependencies().store).toBe(store);
      expect(inactive(organization)).toHaveLength(writtenWhenItFailed ?? -1);
      expect(await intended(store, runId)).toEqual(expect.arrayContaining(inactive(organization)));
    },
  );

  it('has a true record of the writes until then, and a second run finishes', async () => {
    const organization = organizationOf(1, () => manyUsers);
    const whole = memoryStore();
    // It breaks when the results of the first batch are to be stored.
    const store: ObjectStore = {
      ...whole,
      putNew: (key, body) =>
        body.includes('"writes-done"') ? Promise.reject(STORE_BROKE) : whole.putNew(key, body),
    };
    const on = await onSandbox({ organization, store });
    const runId = '20261127T225500Z-1a2b3c';
    await expect(on.run({ runId })).rejects.toThrow(STORE_BROKE);
    const { accounts, summary } = await foldRun(readRecords(whole, runId));
    expect(summary).toBeUndefined();
    const inDoubt = [...(accounts.get(FIRST)?.writes.values() ?? [])].filter(
      ({ outcome }) => outcome === 'unconfirmed',
    );
    expect(inDoubt.map(({ accessKeyId }) => accessKeyId).sort()).toEqual(inactive(organization).sort());
    expect(inDoubt).toHaveLength(25);

    const { summary: second } = await on.run({}, { store: whole });
    expect(second).toMatchObject({ verdict: 'ok', keys: { seen: 30, kept: 25, deactivated: 5 } });
  });

  it('while storing a memory ends the run, too', async () => {
    const organization = organizationOf(1);
    const store = { ...memoryStore(), update: () => Promise.reject(STORE_BROKE) };
    const { run } = await onSandbox({ organization, store });
    await expect(run()).rejects.toThrow(STORE_BROKE);
  });

  it('while reading a memory skips that account', async () => {
    const organization = organizationOf(2);
    const store = memoryStore(new Map([[`accounts/${FIRST}.json`, '{"keys": {"AKIA']]));
    const { run } = await onSandbox({ organization, store });
    const { run: stored } = await run();
    expect(stored.accounts.get(FIRST)?.finished?.outcome).toBe('failed');
    expect(inactive(organization)).toHaveLength(1);
  });
});

describe('an intent', () => {
  it('is durable before any of its writes, in many accounts at once', async () => {
    const organization = organizationOf(8, () => manyUsers);
    const store = memoryStore();
    const durable = new Set<string>();
    const early: string[] = [];
    const watching: ObjectStore = {
      ...store,
      putNew: async (key, body) => {
        // A slow store: whatever is written too early is written by now.
        await new Promise((resolve) => setTimeout(resolve, 10));
        early.push(...inactive(organization).filter((id) => !durable.has(id)));
        const stored = await store.putNew(key, body);
        for (const line of body.trimEnd().split('\n')) {
          const record = JSON.parse(line) as LedgerRecord;
          if (record.type === 'writes-intended')
            record.writes.forEach(({ accessKeyId }) => durable.add(accessKeyId));
        }
        return stored;
      },
    };
    const { run } = await onSandbox({ organization, store: watching });
    const { summary } = await run();
    expect(summary.keys).toMatchObject({ deactivated: 240 });
    expect(durable.size).toBe(240);
    expect(early).toEqual([]);
  });
});

describe('the memory of an account', () => {
  it('is kept for a user who could not be read, and removed for a key that is gone', async () => {
    const organization = organizationOf(1, () =>
      ['ada', 'bob', 'cleo'].map((userName) => ({ ...ADA, userName })),
    );
    const on = await onSandbox({ organization });
    const first = await on.run();
    const [ada, bob, cleo] = organization.keysOf(FIRST).map(({ accessKeyId }) => accessKeyId);
    const gone = organization.keysOf(FIRST)[1];
    if (gone) organization.account(FIRST).deleteKey(gone);
    on.sandbox.clock.advance(3_600_000);
    on.sandbox.faults.add({
      service: 'iam',
      call: 'ListAccessKeys',
      where: { UserName: 'ada' },
      occurrence: 'every',
      kind: 'denied',
    });
    const second = await on.run();
    expect(second.run.accounts.get(FIRST)?.finished?.outcome).toBe('denied');

    const { keys } = await readMemory(on.store, FIRST);
    const since = new Date(first.summary.startedAt);
    expect(keys.get(ada ?? '')).toMatchObject({ inactiveSince: since });
    expect(keys.get(cleo ?? '')).toMatchObject({ inactiveSince: since, byRun: first.summary.runId });
    expect(keys.has(bob ?? '')).toBe(false);
  });

  it('starts again for a key that was activated and that the same sweep deactivates', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({
      organization,
      config: { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules: { users: 'all' } } },
    });
    await on.run();
    on.sandbox.clock.advance(7 * 24 * 3_600_000);
    for (const key of organization.keysOf(FIRST)) key.status = 'Active';
    const second = await on.run();
    expect(second.summary.keys).toMatchObject({ deactivated: 1 });
    const [remembered] = (await readMemory(on.store, FIRST)).keys.values();
    expect(remembered?.inactiveSince).toEqual(new Date(second.summary.startedAt));
    expect((await on.run()).summary.keys).toMatchObject({ due: 0, deleted: 0 });
  });
});
