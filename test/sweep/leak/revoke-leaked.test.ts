import { describe, expect, it } from 'vitest';

import { readDenyList } from '../../../src/ledger/deny-list.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import { listRunIds, readRun } from '../../../src/ledger/runs.ts';
import { verifyLedger } from '../../../src/ledger/verify.ts';
import { uniqueId } from '../../../sandbox/organization/ids.ts';
import { memoryStore } from '../../support/memory-store.ts';
import {
  ADA,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  removeRotationRole,
} from '../../support/sweeping.ts';
import { keyOf, REASON, revoke } from './leaking.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

const BOB = { ...ADA, userName: 'bob' };
/** In no group. */
const EVE = { userName: 'eve', keys: [{}] };

async function leaking(config = EVERY_KEY) {
  const organization = organizationOf(2, () => [ADA, BOB, EVE]);
  const on = await onSandbox({ organization, config });
  return { organization, on, ada: keyOf(organization, FIRST, 'ada'), eve: keyOf(organization, FIRST, 'eve') };
}

describe('revokeLeaked', () => {
  it('deactivates a key, whatever group, arming and opt-out, and records the run', async () => {
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, armed: false },
      optOuts: [{ account: FIRST, owner: 'a@b.c', reason: 'later', until: '2099-01-01' }],
    };
    const { organization, on, eve } = await leaking(config);
    const { summary, results, notFound } = await revoke(on, [eve]);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active', 'eve Inactive']);
    expect(results).toEqual([{ accessKeyId: eve, userName: 'eve', outcome: 'deactivated' }]);
    expect(notFound).toEqual([]);
    expect(summary).toMatchObject({ mode: 'revoke', verdict: 'ok', accountsListed: 1 });
    const run = await readRun(on.store, summary?.runId ?? '');
    expect(run.started).toMatchObject({
      reason: REASON,
      caller: expect.stringContaining('arn:aws:') as string,
    });
    expect(outcomes(run)).toEqual({ [FIRST]: 'swept' });
    const [write] = run.accounts.get(FIRST)?.writes.values() ?? [];
    expect(write).toMatchObject({ outcome: 'deactivated', intended: { reason: 'leaked' } });
    expect(await verifyLedger(on.store, { expiredBefore: new Date(0) })).toEqual({ runs: 1, problems: [] });
  });

  it('takes seven calls and one put until the key is Inactive, and one session that can write', async () => {
    const puts: number[] = [];
    const store = memoryStore();
    const { organization, on, ada } = await leaking();
    const counting: ObjectStore = {
      ...store,
      putNew: (key, body) => {
        puts.push(on.sandbox.calls.of('iam', 'UpdateAccessKey').length);
        return store.putNew(key, body);
      },
    };
    await revoke(on, [ada], { store: counting });
    const calls = on.sandbox.calls.all.map(({ call }) => call);
    expect(calls).toEqual([
      'GetCallerIdentity',
      'GetAccessKeyInfo',
      'DescribeAccount',
      'AssumeRole',
      'GetAccessKeyLastUsed',
      'AssumeRole',
      'UpdateAccessKey',
    ]);
    // The entry comes before the write, and the records of the run after it.
    expect(puts.filter((writesBefore) => writesBefore === 0)).toHaveLength(1);
    expect(on.sandbox.calls.writes().map(({ userName }) => userName)).toEqual(['ada']);
    expect(organization.user(FIRST, 'bob').keys[0]?.status).toBe('Active');
  });

  it('puts the key on the deny list, and writes no memory and no lock', async () => {
    const { on, ada } = await leaking();
    const { summary } = await revoke(on, [ada]);
    const entry = (await readDenyList(on.store)).get(ada);
    expect(entry).toMatchObject({ accountId: FIRST, userName: 'ada', reason: REASON, byRun: summary?.runId });
    expect(await on.store.list('accounts/')).toEqual([]);
    expect(await on.store.list('locks/')).toEqual([]);
  });

  it('revokes ninety of a hundred IDs of which ten are wrong, and says why of each', async () => {
    const users = Array.from({ length: 45 }, (_, at) => ({ ...ADA, userName: `user-${at}`, groups: [] }));
    const organization = organizationOf(2, () => users);
    const on = await onSandbox({ organization });
    const right = [FIRST, SECOND].flatMap((id) => organization.keysOf(id).map((key) => key.accessKeyId));
    const wrong = {
      ASIAIOSFODNN7EXAMPLE: 'session-key',
      AROAIOSFODNN7EXAMPLE: 'not-a-key',
      AIDAIOSFODNN7EXAMPLE: 'not-a-key',
      AKIAIOSFODNN7EXAMPL: 'malformed',
      akiaiosfodnn7example: 'malformed',
      AKIA0OSFODNN7EXAMPLE: 'malformed',
      [uniqueId('AKIA', '888888888888', 1)]: 'foreign',
      [uniqueId('AKIA', '888888888888', 2)]: 'foreign',
      [uniqueId('AKIA', FIRST, 4_000_000)]: 'gone',
      [uniqueId('AKIA', organization.managementAccount.id, 4_000_000)]: 'failed',
    };
    expect(right).toHaveLength(90);
    const { summary, results, notFound } = await revoke(on, [...right, ...Object.keys(wrong)]);
    expect(results.filter(({ outcome }) => outcome === 'deactivated')).toHaveLength(90);
    expect(Object.fromEntries(notFound.map((key) => [key.accessKeyId, key.status]))).toEqual(wrong);
    expect(summary?.verdict).toBe('incomplete');
    for (const id of Object.keys(wrong)) expect(summary?.problems.join('\n')).toContain(`${id}: `);
    expect(on.sandbox.calls.of('organizations', 'DescribeAccount')).toHaveLength(4);
  });

  it('makes no run for keys of nobody here', async () => {
    const { on } = await leaking();
    const id = uniqueId('AKIA', '888888888888', 1);
    const { summary, notFound } = await revoke(on, [id]);
    expect(summary).toBeUndefined();
    expect(notFound).toMatchObject([{ accessKeyId: id, status: 'foreign', accountId: '888888888888' }]);
    expect(await listRunIds(on.store)).toEqual([]);
  });

  it('refuses the key that keysweep runs with', async () => {
    const { on } = await leaking();
    const { clients } = on.dependencies();
    const { accessKeyId } = await clients.sts.config.credentials();
    const own = accessKeyId.startsWith('AKIA') ? accessKeyId : uniqueId('AKIA', FIRST, 1);
    const caller = {
      ...{ accountId: FIRST, arn: 'arn:aws:iam::100000000001:user/ci', partition: 'aws' as const },
      ...{ accessKeyId: own, awsTime: undefined },
    };
    const { notFound } = await revoke(on, [own], { caller });
    expect(notFound).toMatchObject([{ accessKeyId: own, status: 'own-key' }]);
  });

  it('gives the command for somebody with more rights where the role is denied', async () => {
    const config = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, exempt: { userTag: 'keysweep=exempt' } },
    };
    const { organization, on, ada } = await leaking(config);
    organization.user(FIRST, 'ada').tags = new Map([['keysweep', 'exempt']]);
    const { summary, results } = await revoke(on, [ada]);
    expect(results).toMatchObject([{ outcome: 'failed', failure: { kind: 'denied' } }]);
    expect(summary?.verdict).toBe('incomplete');
    expect(summary?.problems.join()).toContain(
      `aws iam update-access-key --user-name ada --access-key-id ${ada} --status Inactive`,
    );
    expect(keysOf(organization, FIRST)).toContain('ada Active');
  });

  it('names the steps by hand where there is no role', async () => {
    const { organization, on, ada } = await leaking();
    removeRotationRole(organization, FIRST);
    const { summary, notFound } = await revoke(on, [ada, keyOf(organization, SECOND, 'bob')]);
    expect(notFound).toMatchObject([
      { status: 'failed', accountId: FIRST, failure: { kind: 'cannot-assume' } },
    ]);
    expect(notFound[0]?.message).toContain(`aws iam get-access-key-last-used --access-key-id ${ada}`);
    expect(outcomes(await readRun(on.store, summary?.runId ?? ''))).toEqual({
      [FIRST]: 'cannot-assume',
      [SECOND]: 'swept',
    });
  });

  it('does the same twice at the same time', async () => {
    const { organization, on, ada } = await leaking();
    const both = await Promise.all([revoke(on, [ada]), revoke(on, [ada])]);
    expect(both.map(({ summary }) => summary?.verdict)).toEqual(['ok', 'ok']);
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
    expect(await on.store.list('leaked/')).toEqual([`leaked/${ada}.json`]);
    expect((await readDenyList(on.store)).size).toBe(1);
    expect(await verifyLedger(on.store, { expiredBefore: new Date(0) })).toMatchObject({ problems: [] });
  });

  it('reads again what became of a key whose answer was lost', async () => {
    const { organization, on, ada } = await leaking();
    on.sandbox.faults.add({
      ...{
        service: 'iam',
        call: 'UpdateAccessKey',
        kind: 'empty-body',
        occurrence: 'every',
        afterEffect: true,
      },
    });
    const { summary, results } = await revoke(on, [ada]);
    expect(results).toMatchObject([{ outcome: 'deactivated' }]);
    expect(summary?.verdict).toBe('ok');
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
  });

  it('writes to no key whose entry cannot be stored', async () => {
    const { organization, on, ada } = await leaking();
    const store = {
      ...on.store,
      putNew: (key: string, body: string) =>
        key.startsWith('leaked/') ? Promise.reject(new Error('full')) : on.store.putNew(key, body),
    };
    const { summary, results } = await revoke(on, [ada], { store });
    expect(results).toMatchObject([{ outcome: 'not-attempted', failure: { message: 'full' } }]);
    expect(summary?.verdict).toBe('incomplete');
    expect(keysOf(organization, FIRST)).toContain('ada Active');
  });

  it('writes to the keys of the other batches where one entry cannot be stored', async () => {
    const users = Array.from({ length: 30 }, (_, index) => ({ ...ADA, userName: `ada-${index}` }));
    const organization = organizationOf(1, () => users);
    const on = await onSandbox({ organization, config: EVERY_KEY });
    const ids = users.map(({ userName }) => keyOf(organization, FIRST, userName));
    const unlucky = `leaked/${ids[0]}.json`;
    const putNew = (key: string, body: string) =>
      key === unlucky ? Promise.reject(new Error('full')) : on.store.putNew(key, body);
    const { results } = await revoke(on, ids, { store: { ...on.store, putNew } });
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'deactivated'),
      ...Array.from({ length: 25 }, () => 'not-attempted'),
    ]);
  });

  it('says what it did if the run cannot be recorded, and records it the next time', async () => {
    const { organization, on, ada } = await leaking();
    const store = {
      ...on.store,
      putNew: (key: string, body: string) =>
        key.startsWith('runs/') ? Promise.reject(new Error('full')) : on.store.putNew(key, body),
    };
    const revoking = revoke(on, [ada], { store });
    await expect(revoking).rejects.toMatchObject({ code: 'REVOCATION_NOT_RECORDED' });
    await expect(revoking).rejects.toThrow(ada);
    expect(keysOf(organization, FIRST)).toContain('ada Inactive');
    expect((await revoke(on, [ada])).summary?.verdict).toBe('ok');
  });

  it('works while a sweep holds the lock, and the sweep ends well', async () => {
    const { organization, on, ada } = await leaking();
    let revoked: Awaited<ReturnType<typeof revoke>> | undefined;
    const approve = async () => {
      revoked = await revoke(on, [ada]);
      return true;
    };
    const { summary, run } = await on.run({ approve });
    expect(revoked?.summary?.verdict).toBe('ok');
    expect(summary.verdict).toBe('ok');
    expect(run.accounts.get(FIRST)?.finished?.keys).toMatchObject({ due: 1, deactivated: 1 });
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Inactive', 'eve Active']);
    expect(await verifyLedger(on.store, { expiredBefore: new Date(0) })).toMatchObject({ problems: [] });
  });
});

describe('a fault in a call of revokeLeaked', () => {
  it.each([
    ['sts', 'GetAccessKeyInfo'],
    ['organizations', 'DescribeAccount'],
    ['iam', 'GetAccessKeyLastUsed'],
    ['iam', 'UpdateAccessKey'],
  ] as const)('leaves no key without an answer: %s:%s denied', async (service, call) => {
    const { organization, on, ada } = await leaking();
    on.sandbox.faults.add({ service, call, kind: 'denied', occurrence: 'every' });
    const { results, notFound } = await revoke(on, [ada]);
    expect([...results, ...notFound].map(({ accessKeyId }) => accessKeyId)).toEqual([ada]);
    expect(keysOf(organization, FIRST)).toContain('ada Active');
  });

  it('hides no other key', async () => {
    const { organization, on, ada, eve } = await leaking();
    const where = { AccessKeyId: ada };
    on.sandbox.faults.add({
      ...{ service: 'iam', call: 'GetAccessKeyLastUsed', where, kind: 'denied', occurrence: 'every' },
    });
    const { results, notFound } = await revoke(on, [ada, eve]);
    expect(results).toMatchObject([{ accessKeyId: eve, outcome: 'deactivated' }]);
    expect(notFound).toMatchObject([{ accessKeyId: ada, status: 'failed' }]);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active', 'eve Inactive']);
  });
});
