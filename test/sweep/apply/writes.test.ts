import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { readMemory } from '../../../src/ledger/memory.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';
import type { LedgerRecord } from '../../../src/ledger/record.ts';
import type { StoredRun } from '../../../src/ledger/stored-run.ts';
import type { UserOptions } from '../../../sandbox/organization/organization.ts';
import type { Fault } from '../../../sandbox/faults/faults.ts';
import {
  ADA,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  removeRotationRole,
  renameUser,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

type Rules = NonNullable<ConfigInput['defaults']['rules']>;
const withRules = (rules: Rules): ConfigInput => ({
  ...EVERY_KEY,
  defaults: { ...EVERY_KEY.defaults, rules: { users: 'all', ...rules } },
});
const DELETE = withRules({ mode: 'delete' });

type Users = Omit<UserOptions, 'account'>[];
const BOB: Users[number] = { ...ADA, userName: 'bob' };

/** `userName outcome` of every key that the run meant to write to. */
const written = (run: StoredRun, account: string): string[] =>
  [...(run.accounts.get(account)?.writes.values() ?? [])]
    .map(({ userName, outcome }) => `${userName} ${outcome}`)
    .sort();

/** How many results each record of them holds. */
async function resultsOf({ store }: SweptSandbox, runId: string): Promise<number[]> {
  const counts: number[] = [];
  for await (const record of readRecords(store, runId))
    if (record.type === 'writes-done') counts.push(record.results.length);
  return counts;
}

const attempts = ({ sandbox }: SweptSandbox, call: string, user = 'ada'): number =>
  sandbox.calls.of('iam', call).filter(({ userName }) => userName === user).length;

describe('a write with a problem', () => {
  const atAda = (call: string, fault: Omit<Fault, 'service' | 'call' | 'where'>): Fault => ({
    service: 'iam',
    call,
    where: { UserName: 'ada' },
    ...fault,
  });
  const swept = async (config: ConfigInput, ...faults: Fault[]) => {
    const organization = organizationOf(1, () => [ADA, BOB]);
    const on = await onSandbox({ organization, config, sandbox: { faults } });
    const { run, summary } = await on.run();
    expect(on.sandbox.faults.fired).toBeGreaterThan(0);
    return { on, run, summary, organization };
  };

  it('fails at once when it is denied: so is the account, and the others are swept', async () => {
    const { on, run, summary, organization } = await swept(
      EVERY_KEY,
      atAda('UpdateAccessKey', { kind: 'denied', occurrence: 'every' }),
    );
    expect(written(run, FIRST)).toEqual(['ada failed', 'bob deactivated']);
    expect(outcomes(run)[FIRST]).toBe('denied');
    expect(run.accounts.get(FIRST)?.finished?.reason).toMatch(
      /^AKIA\w+: iam:UpdateAccessKey: AccessDenied: /,
    );
    expect(summary).toMatchObject({ verdict: 'incomplete', keys: { due: 2, deactivated: 1, failed: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect(attempts(on, 'UpdateAccessKey')).toBe(1);
  });

  it.each([
    [true, 'deactivated', 'swept'],
    [false, 'unconfirmed', 'failed'],
  ])('is read again after service errors only; it was done: %s', async (afterEffect, outcome, end) => {
    const { on, run, organization } = await swept(
      EVERY_KEY,
      atAda('UpdateAccessKey', { kind: 'internal-error', occurrence: 'every', afterEffect }),
    );
    expect(written(run, FIRST)).toEqual([`ada ${outcome}`, 'bob deactivated']);
    expect(outcomes(run)[FIRST]).toBe(end);
    expect(keysOf(organization, FIRST)[0]).toBe(afterEffect ? 'ada Inactive' : 'ada Active');
    expect(attempts(on, 'UpdateAccessKey')).toBe(7);
  });

  it('is unconfirmed when the key cannot be read again', async () => {
    const { run } = await swept(
      EVERY_KEY,
      atAda('UpdateAccessKey', { kind: 'internal-error', occurrence: 'every', afterEffect: true }),
      // In the plan, before the write, and after it.
      atAda('ListAccessKeys', { kind: 'denied', occurrence: 3 }),
    );
    expect(written(run, FIRST)).toEqual(['ada unconfirmed', 'bob deactivated']);
    expect(outcomes(run)[FIRST]).toBe('failed');
  });

  it('is read again when its response is lost and it is then denied', async () => {
    const { run, organization } = await swept(
      EVERY_KEY,
      atAda('UpdateAccessKey', { kind: 'internal-error', occurrence: 1, afterEffect: true }),
      atAda('UpdateAccessKey', { kind: 'denied', occurrence: { from: 2, to: 99 } }),
    );
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Inactive']);
    expect(written(run, FIRST)).toEqual(['ada deactivated', 'bob deactivated']);
  });

  it.each(['reset', 'truncated', 'unavailable'] as const)(
    'is retried and done when the response to a deactivation is lost (%s)',
    async (kind) => {
      const { on, run, organization } = await swept(
        EVERY_KEY,
        atAda('UpdateAccessKey', { kind, afterEffect: true }),
      );
      expect(written(run, FIRST)).toEqual(['ada deactivated', 'bob deactivated']);
      expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Inactive']);
      expect(attempts(on, 'UpdateAccessKey')).toBe(2);
    },
  );

  it('is already-gone when the response to a deletion is lost', async () => {
    const { run, summary, organization } = await swept(
      DELETE,
      atAda('DeleteAccessKey', { kind: 'reset', afterEffect: true }),
    );
    expect(written(run, FIRST)).toEqual(['ada already-gone', 'bob deleted']);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 1, alreadyGone: 1, failed: 0 } });
    expect(keysOf(organization, FIRST)).toEqual([]);
  });

  it.each<[string, ConfigInput]>([
    ['deactivation', EVERY_KEY],
    ['deletion', DELETE],
  ])('is already-gone: %s of a key or a user that was deleted in between', async (_, config) => {
    const organization = organizationOf(1, () => [ADA, BOB]);
    const on = await onSandbox({ organization, config });
    const account = organization.account(FIRST);
    const { run, summary } = await on.run({
      approve: () => {
        const [ada, bob] = organization.keysOf(account);
        if (ada) account.deleteKey(ada);
        if (bob) account.deleteKey(bob);
        const leaver = organization.user(account, 'bob');
        for (const group of [...leaver.groups]) account.leave(leaver, group);
        account.users.remove(leaver);
        return Promise.resolve(true);
      },
    });
    expect(written(run, FIRST)).toEqual(['ada already-gone', 'bob already-gone']);
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 1 }, keys: { alreadyGone: 2 } });
    expect((await readMemory(on.store, FIRST)).keys.size).toBe(0);
  });

  it.each<[string, ConfigInput]>([
    ['deactivation', EVERY_KEY],
    ['deletion', DELETE],
  ])(
    'is a %s of a key of a user who is renamed just before: not gone, so the account failed',
    async (_, config) => {
      const organization = organizationOf(1, () => [ADA, BOB]);
      const on = await onSandbox({ organization, config });
      const call = config === DELETE ? 'DeleteAccessKey' : 'UpdateAccessKey';
      const onFired = (): void =>
        renameUser(organization.account(FIRST), organization.user(FIRST, 'ada'), 'ada.lovelace');
      on.sandbox.faults.add(atAda(call, { kind: 'slow', milliseconds: 0, onFired }));
      const { run, summary } = await on.run();
      expect(written(run, FIRST)).toEqual([
        'ada failed',
        config === DELETE ? 'bob deleted' : 'bob deactivated',
      ]);
      expect(summary).toMatchObject({ verdict: 'incomplete', keys: { alreadyGone: 0, failed: 1 } });
      expect(run.accounts.get(FIRST)?.finished?.reason).toContain(
        ': iam:ListAccessKeys: Renamed: ada was renamed to ada.lovelace after the account was read ' +
          'and still has the key. Run again.',
      );
      expect((await on.run()).summary).toMatchObject({ verdict: 'ok', keys: { due: 1, failed: 0 } });
      expect(organization.keysOf(FIRST).filter(({ status }) => status === 'Active')).toEqual([]);
    },
  );

  it.each<[string, Pick<Fault, 'service' | 'call'>, string]>([
    ['the account', { service: 'sts', call: 'AssumeRole' }, 'sts:AssumeRole'],
    [
      'the user who is there in their place',
      { service: 'iam', call: 'ListAccessKeys' },
      'iam:ListAccessKeys',
    ],
  ])('is not already-gone when %s can no longer be read', async (_, where, call) => {
    const organization = organizationOf(1, () => [ADA, BOB]);
    const on = await onSandbox({ organization });
    const { run, summary } = await on.run({
      approve: () => {
        renameUser(organization.account(FIRST), organization.user(FIRST, 'ada'), 'ada.lovelace');
        const parameters = where.call === 'AssumeRole' ? {} : { where: { UserName: 'ada.lovelace' } };
        on.sandbox.faults.add({ ...where, ...parameters, account: FIRST, kind: 'denied' });
        return Promise.resolve(true);
      },
    });
    const bob = call === 'sts:AssumeRole' ? 'bob not-attempted' : 'bob deactivated';
    expect(written(run, FIRST)).toEqual(['ada not-attempted', bob]);
    expect(summary.verdict).toBe('incomplete');
    expect(run.accounts.get(FIRST)?.finished?.reason).toContain(call);
  });

  it('is already-gone when the key is gone and the other keys are unchanged, and recorded once', async () => {
    const organization = organizationOf(1, () => [ADA, BOB]);
    const on = await onSandbox({ organization });
    const account = organization.account(FIRST);
    const [ada] = organization.keysOf(account);
    const { run, summary } = await on.run({
      approve: () => {
        account.deleteKey(ada!);
        return Promise.resolve(true);
      },
    });
    expect(written(run, FIRST)).toEqual(['ada already-gone', 'bob deactivated']);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { alreadyGone: 1 } });
    expect(await resultsOf(on, summary.runId)).toEqual([1, 1]);
  });

  it.each(['UpdateAccessKey', 'DeleteAccessKey'])(
    'is unconfirmed when %s is told of no such key, and the key is listed',
    async (call) => {
      const organization = organizationOf(1, () => [ADA]);
      const on = await onSandbox({ organization, config: call === 'DeleteAccessKey' ? DELETE : EVERY_KEY });
      const [key] = organization.keysOf(FIRST);
      const { keys } = key!.user;
      // Not there for this one call, as a key that was made seconds ago.
      const missing = { kind: 'slow', milliseconds: 0, onFired: () => void keys.pop() } as const;
      const back = { kind: 'slow', milliseconds: 0, onFired: () => void keys.push(key!) } as const;
      on.sandbox.faults.add({ service: 'iam', call, ...missing });
      on.sandbox.faults.add({ service: 'iam', call: 'ListAccessKeys', occurrence: 3, ...back });
      const { run, summary } = await on.run();
      expect(written(run, FIRST)).toEqual(['ada unconfirmed']);
      expect(summary).toMatchObject({ verdict: 'incomplete', keys: { alreadyGone: 0, failed: 1 } });
      expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
    },
  );

  it('is not attempted when the role is gone; other accounts are swept', async () => {
    const organization = organizationOf(2);
    const on = await onSandbox({ organization });
    const { run } = await on.run({
      approve: () => {
        removeRotationRole(organization, FIRST);
        return Promise.resolve(true);
      },
    });
    expect(written(run, FIRST)).toEqual(['ada not-attempted']);
    expect(outcomes(run)).toMatchObject({ [FIRST]: 'cannot-assume', [SECOND]: 'swept' });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('is unconfirmed when it is aborted at the hard deadline', async () => {
    const organization = organizationOf(1, () => [ADA]);
    const on = await onSandbox({ organization });
    const hard = new AbortController();
    on.sandbox.faults.add(atAda('UpdateAccessKey', { kind: 'slow', milliseconds: 400 }));
    const ending = on.run({}, { deadline: { ...on.dependencies().deadline, hard: hard.signal } });
    // The fault has struck when the write is in flight.
    while (on.sandbox.faults.fired === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    hard.abort();
    const { run } = await ending;
    expect(written(run, FIRST)).toEqual(['ada unconfirmed']);
    expect(outcomes(run)[FIRST]).toBe('not-reached');
  });
});

describe('the keys that are written', () => {
  it.each<[string, Rules, string[]]>([
    ['deactivate', { mode: 'deactivate' }, ['Expired', 'Frozen', 'Inactive', 'Inactive']],
    ['delete', { mode: 'delete' }, ['Frozen']],
  ])('are Active ones, and for a deletion also Inactive and Expired ones: %s', async (_, rules, left) => {
    const keys = ['Active', 'Inactive', 'Expired', 'Frozen'].map((status) => ({ status }));
    const organization = organizationOf(1, () => [{ ...ADA, keys }]);
    const { run } = await onSandbox({ organization, config: withRules(rules) });
    const { summary } = await run();
    expect(
      organization
        .keysOf(FIRST)
        .map(({ status }) => status)
        .sort(),
    ).toEqual(left);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { seen: 4 } });
  });

  it('are all eight of a user with eight', async () => {
    const organization = organizationOf(1, () => [{ ...ADA, keys: Array(8).fill({}) as object[] }]);
    const { run } = await onSandbox({ organization, config: DELETE, sandbox: { pages: { maximumSize: 3 } } });
    expect((await run()).summary.keys).toMatchObject({ seen: 8, deleted: 8 });
    expect(organization.keysOf(FIRST)).toEqual([]);
  });

  it('come in batches: intents are recorded before writes, results before the next intents', async () => {
    const users = Array.from({ length: 60 }, (_, index) => ({ ...ADA, userName: `user-${index}` }));
    const organization = organizationOf(1, () => users);
    const { run, store, sandbox } = await onSandbox({ organization, config: DELETE });
    const { summary } = await run();
    const records: LedgerRecord[] = [];
    for await (const record of readRecords(store, summary.runId)) records.push(record);
    expect(
      records.flatMap((record) => {
        if (record.type === 'writes-intended') return [`intended ${record.writes.length}`];
        return record.type === 'writes-done' ? [`done ${record.results.length}`] : [];
      }),
    ).toEqual(['intended 25', 'done 25', 'intended 25', 'done 25', 'intended 10', 'done 10']);
    expect(summary.keys).toMatchObject({ deleted: 60 });
    // Two that read, and one for each batch.
    expect(sandbox.calls.of('sts', 'AssumeRole')).toHaveLength(5);
  });

  it.each<[string, Users, Rules, string]>([
    ['deactivates', [ADA], { mode: 'deactivate' }, 'iam:UpdateAccessKey'],
    ['deletes', [ADA], { mode: 'delete' }, 'iam:DeleteAccessKey'],
  ])('are written in a session that can do nothing else: one that %s', async (_, users, rules, allowed) => {
    const { run, dependencies } = await onSandbox({
      organization: organizationOf(1, () => users),
      config: withRules(rules),
    });
    const { clients } = dependencies();
    const policies: PolicyText[] = [];
    clients.sts.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          const { Policy = '{}' } = args.input as Partial<AssumeRoleCommandInput>;
          if (commandName === 'AssumeRoleCommand') policies.push(JSON.parse(Policy) as PolicyText);
          return next(args);
        },
      { step: 'initialize' },
    );
    await run();
    const [plan, again, write, ...more] = policies.map(({ Statement: statements }) => statements);
    expect(more).toEqual([]);
    for (const { Action } of [plan, again].flat().filter((one) => one !== undefined))
      expect(Action).not.toContainEqual(expect.stringMatching(/Update|Delete/));
    expect(write).toEqual([{ Effect: 'Allow', Action: allowed, Resource: ['arn:aws:iam::*:user*/ada'] }]);
  });
});

interface PolicyText {
  readonly Statement: readonly { readonly Action: readonly string[] }[];
}
