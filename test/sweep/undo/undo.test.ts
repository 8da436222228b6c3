import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { readMemory } from '../../../src/ledger/memory.ts';
import type { ObjectStore } from '../../../src/ledger/object-store.ts';
import type { AccountOutcome } from '../../../src/ledger/outcomes.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';
import { newRunId } from '../../../src/ledger/run-id.ts';
import { foldRun, type StoredRun } from '../../../src/ledger/stored-run.ts';
import type { SandboxAccount } from '../../../sandbox/organization/account.ts';
import type { SandboxKey } from '../../../sandbox/organization/entities.ts';
import type { FaultKind } from '../../../sandbox/faults/faults.ts';
import { parsePolicy } from '../../../sandbox/policy/document.ts';
import { laterWrites } from '../../../src/sweep/undo/later-writes.ts';
import { planUndo, type UndoSelection } from '../../../src/sweep/undo/plan-undo.ts';
import { applyUndo } from '../../../src/sweep/undo/apply-undo.ts';
import { DAY, fromNow } from '../../support/clock.ts';
import {
  ADA,
  addRotationRole,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  removeRotationRole,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

const TWO_USERS = [ADA, { ...ADA, userName: 'bob' }];

async function undo(
  on: SweptSandbox,
  run: StoredRun,
  selection: UndoSelection = {},
  holdDays = 30,
): Promise<StoredRun> {
  const plan = planUndo(run, selection, await laterWrites(on.store, run.started.runId));
  const summary = await applyUndo(plan, holdDays, on.dependencies());
  return foldRun(readRecords(on.store, summary.runId));
}

describe('undo', () => {
  it('reactivates the keys that the run deactivated, as a run of its own', async () => {
    const organization = organizationOf(2, () => [
      ...TWO_USERS,
      { ...ADA, userName: 'old', keys: [{ status: 'Inactive' }] },
    ]);
    const on = await onSandbox({ organization });
    const { run, summary } = await on.run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Inactive', 'old Inactive']);

    const undone = await undo(on, run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active', 'old Inactive']);
    expect(keysOf(organization, SECOND)).toEqual(['ada Active', 'bob Active', 'old Inactive']);
    expect(undone.started).toMatchObject({ mode: 'undo', undoOf: summary.runId });
    const activated = on.sandbox.calls.of('iam', 'UpdateAccessKey').slice(-4);
    expect(new Set(activated.map(({ sessionName }) => sessionName))).toEqual(
      new Set([`keysweep-undo-${undone.started.runId}`]),
    );
    expect(undone.summary).toMatchObject({
      verdict: 'ok',
      filtered: true,
      accounts: { swept: 2 },
      problems: [],
    });
    expect(undone.summary?.keys).toEqual({
      seen: 0,
      kept: 0,
      due: 0,
      deactivated: 0,
      deleted: 0,
      reactivated: 4,
      alreadyGone: 0,
      failed: 0,
    });
    const { finished, writes } = undone.accounts.get(FIRST)!;
    expect(finished?.reason).toBe('');
    expect([...writes.values()].map(({ intended }) => intended)).toMatchObject(
      ['ada', 'bob'].map((userName) => ({
        userName,
        action: 'reactivate',
        reason: 'undo',
        statusBefore: 'Inactive',
      })),
    );
  });

  it.each<[string, UndoSelection, string[], string[]]>([
    ['account', { accounts: [SECOND] }, ['ada Inactive', 'bob Inactive'], ['ada Active', 'bob Active']],
    ['user', { users: ['bob'] }, ['ada Inactive', 'bob Active'], ['ada Inactive', 'bob Active']],
    [
      'account and user',
      { accounts: [FIRST], users: ['ada'] },
      ['ada Active', 'bob Inactive'],
      ['ada Inactive', 'bob Inactive'],
    ],
  ])('can be narrowed by %s', async (_, selection, first, second) => {
    const organization = organizationOf(2, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    await undo(on, run, selection);
    expect([keysOf(organization, FIRST), keysOf(organization, SECOND)]).toEqual([first, second]);
  });

  it('holds the keys for the given number of days', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    await undo(on, (await on.run()).run, {}, 10);
    on.sandbox.clock.advance(9 * DAY);
    const { run } = await on.run();
    expect(run.accounts.get(FIRST)?.plan?.decisions).toMatchObject([{ action: 'keep', reason: 'on-hold' }]);
    on.sandbox.clock.advance(2 * DAY);
    await on.run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
  });

  it('writes to no key that is gone or active again; holds the active one, and warns', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    const [ada, bob] = organization.keysOf(FIRST);
    if (!ada || !bob) throw new Error('a key is gone');
    ada.status = 'Active';
    organization.account(FIRST).deleteKey(bob);
    on.sandbox.calls.reset();
    const undone = await undo(on, run);
    expect(outcomes(undone)).toEqual({ [FIRST]: 'nothing-due' });
    expect(undone.accounts.get(FIRST)?.finished?.reason).toBe('');
    expect(on.sandbox.calls.all.filter(({ wrote }) => wrote)).toEqual([]);
    const until = (await readMemory(on.store, FIRST)).keys.get(ada.accessKeyId)?.holdUntil;
    expect(undone.summary?.warnings).toEqual([
      `Keys already Active; sweeps skip them until ${until?.toISOString()} at least: ` +
        `${ada.accessKeyId} of ada in ${FIRST}`,
      `Keys that are gone: deleted by others: ${bob.accessKeyId} of bob in ${FIRST}`,
    ]);
    await on.run();
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('reactivates inactive keys next to keys that are active again', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    organization.keysOf(FIRST)[0]!.status = 'Active';
    expect((await undo(on, run)).summary).toMatchObject({ verdict: 'ok', keys: { reactivated: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active']);
  });

  it.each<[string, AccountOutcome, (account: SandboxAccount, key: SandboxKey) => void]>([
    ['is Inactive', 'not-reached', () => undefined],
    ['is Active already', 'not-reached', (_, key) => (key.status = 'Active')],
    ['is gone', 'nothing-due', (account, key) => account.deleteKey(key)],
  ])('holds no key after its deadline, and says so; the key %s', async (_, outcome, change) => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    change(organization.account(FIRST), organization.keysOf(FIRST)[0]!);
    const remembered = await on.store.get(`accounts/${FIRST}.json`);
    const { deadline } = on.dependencies();
    const ending = on.dependencies({ deadline: { ...deadline, writing: AbortSignal.abort() } });
    const { accounts } = await applyUndo(planUndo(run, {}, new Map()), 30, ending);
    expect(accounts).toEqual({ [outcome]: 1 });
    expect(await on.store.get(`accounts/${FIRST}.json`)).toBe(remembered);
  });

  it('stores no memory for an account without any of its keys, and names the keys', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    const account = organization.account(FIRST);
    const [key] = organization.keysOf(FIRST);
    account.deleteKey(key!);
    for (const group of organization.user(FIRST, 'ada').groups) group.members.remove(key!.user);
    account.users.remove(key!.user);
    const remembered = await on.store.get(`accounts/${FIRST}.json`);
    const { summary } = await undo(on, run);
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { 'nothing-due': 1 } });
    expect(summary?.warnings).toEqual([expect.stringContaining(`${key!.accessKeyId} of ada in ${FIRST}`)]);
    expect(await on.store.get(`accounts/${FIRST}.json`)).toBe(remembered);
  });

  it('a second time restores what the first one could not, and ignores other objects', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    on.sandbox.faults.add({ service: 'iam', call: 'UpdateAccessKey', kind: 'denied' });
    expect((await undo(on, run)).summary).toMatchObject({ verdict: 'incomplete', keys: { failed: 1 } });
    const later = newRunId(fromNow(DAY), () => '000');
    await on.store.put(`runs/${later.replace('Z', '000Z')}/page.html`, '');
    await on.store.put(`runs/${later}/page.html`, '');
    expect((await undo(on, run)).summary).toMatchObject({ verdict: 'ok', keys: { reactivated: 1 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('leaves a key to the newest run that deactivated it after an undo', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const first = await on.run();
    await undo(on, first.run, {}, 1);
    on.sandbox.clock.advance(2 * DAY);
    const second = await on.run();
    const undone = await undo(on, first.run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
    expect(undone.summary?.warnings).toEqual([
      expect.stringContaining(`deactivated again by run ${second.summary.runId}`),
    ]);
  });

  it('skips a key that a later sweep deactivated, and names that sweep', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const first = await on.run();
    const [ada] = organization.keysOf(FIRST);
    ada!.status = 'Active';
    const second = await on.run();
    const undone = await undo(on, first.run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active']);
    expect(undone.summary?.warnings).toEqual([
      `Keys deactivated again by run ${second.summary.runId}; undo that run to restore them: ` +
        `${ada!.accessKeyId} of ada in ${FIRST}`,
    ]);
    await undo(on, second.run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active']);
  });

  it('a second time skips a key that was deactivated in between, and holds the others again', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    await undo(on, run);
    const [ada, bob] = organization.keysOf(FIRST);
    ada!.status = 'Inactive';
    on.sandbox.clock.advance(10 * DAY);
    on.sandbox.calls.reset();
    const undone = await undo(on, run);
    expect(on.sandbox.calls.all.filter(({ wrote }) => wrote)).toEqual([]);
    const until = (await readMemory(on.store, FIRST)).keys.get(bob!.accessKeyId)?.holdUntil;
    expect(until?.getTime()).toBe(Date.parse(undone.summary!.startedAt) + 30 * DAY);
    expect(undone.summary).toMatchObject({ verdict: 'ok' });
    expect(undone.summary?.warnings).toEqual([
      `Keys already Active; sweeps skip them until ${until?.toISOString()} at least: ` +
        `${bob!.accessKeyId} of bob in ${FIRST}`,
      'Keys activated by an earlier undo and deactivated since, not by keysweep; ' +
        'they stay inactive: ' +
        `${ada!.accessKeyId} of ada in ${FIRST}`,
    ]);
  });

  it('restores a key that a later sweep only found inactive, after the run died', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const first = await on.run();
    await on.store.remove(`accounts/${FIRST}.json`);
    const second = await on.run();
    const [key] = organization.keysOf(FIRST);
    expect((await readMemory(on.store, FIRST)).keys.get(key!.accessKeyId)?.byRun).toBe(second.summary.runId);
    await undo(on, first.run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('names the deleted keys, which cannot be restored', async () => {
    const organization = organizationOf(1);
    const config: ConfigInput = {
      ...EVERY_KEY,
      defaults: { ...EVERY_KEY.defaults, rules: { users: 'all', mode: 'delete' } },
    };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    const [account] = planUndo(run, {}, new Map()).accounts;
    expect(account?.restorable).toEqual([]);
    expect(account?.deleted.map(({ userName }) => userName)).toEqual(['ada']);
  });

  it('does not enter an account in which every key was deleted, and says so', async () => {
    const organization = organizationOf(1);
    const rules = { users: 'all', mode: 'delete' } as const;
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    on.sandbox.calls.reset();
    const undone = await undo(on, run);
    expect(outcomes(undone)).toEqual({ [FIRST]: 'nothing-due' });
    expect(undone.summary?.warnings).toEqual([
      expect.stringMatching(
        `^Keys deleted by run ${run.started.runId}, which cannot be restored: \\w+ of ada in ${FIRST}$`,
      ),
    ]);
    expect(on.sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it('assumes the role of the overrides of the OU', async () => {
    const organization = organizationOf(2);
    const unit = organization.addOrganizationalUnit('Workloads');
    organization.moveAccount(FIRST, unit);
    removeRotationRole(organization, FIRST);
    addRotationRole(organization, FIRST, 'handshake');
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [unit.id], rotationRole: { externalId: 'handshake' } }],
    };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    const undone = await undo(on, run);
    expect(undone.summary).toMatchObject({ verdict: 'ok', keys: { reactivated: 2 } });
    on.sandbox.calls.reset();
    await undo(on, run);
    expect(on.sandbox.calls.of('organizations', 'ListRoots')).toHaveLength(1);
  });

  it('skips an account whose OU is unknown, and names the call', async () => {
    const organization = organizationOf(2);
    const unit = organization.addOrganizationalUnit('Workloads');
    organization.moveAccount(FIRST, unit);
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [unit.id], armed: true }],
    };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccountsForParent',
      where: { ParentId: unit.id },
      occurrence: 'every',
      kind: 'denied',
    });
    const undone = await undo(on, run);
    expect(outcomes(undone)).toEqual({ [FIRST]: 'denied', [SECOND]: 'swept' });
    expect(undone.accounts.get(FIRST)?.finished?.reason).toContain('organizations:ListAccountsForParent');
    expect(undone.summary?.warnings).toEqual([]);
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
  });

  it('restores an account that was opted out after the mistake', async () => {
    const organization = organizationOf(1);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    await undo(on, run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('names an account that it can no longer enter, and restores the others', async () => {
    const organization = organizationOf(2);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    removeRotationRole(organization, FIRST);
    const undone = await undo(on, run);
    expect(outcomes(undone)).toEqual({ [FIRST]: 'cannot-assume', [SECOND]: 'swept' });
    expect(undone.summary).toMatchObject({ verdict: 'incomplete', problems: [] });
    expect(keysOf(organization, SECOND)).toEqual(['ada Active']);
  });

  it('is refused in another organization, before anything is stored', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const { run } = await on.run();
    const elsewhere = { ...run, started: { ...run.started, organizationId: 'o-elsewhere00' } };
    const stored = await on.store.list('');
    on.sandbox.calls.reset();
    await expect(applyUndo(planUndo(elsewhere, {}, new Map()), 30, on.dependencies())).rejects.toThrow(
      `Run ${run.started.runId} belongs to organization o-elsewhere00, ` +
        `and these credentials belong to ${on.sandbox.organization.id}.`,
    );
    expect(await on.store.list('')).toEqual(stored);
    expect(on.sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it('explains how to undo when the user has become exempt', async () => {
    const organization = organizationOf(1, () => TWO_USERS);
    organization
      .account(FIRST)
      .roles.get('KeysweepRotation')!
      .policies.set(
        'exempt',
        parsePolicy({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Deny',
            Action: 'iam:UpdateAccessKey',
            Resource: '*',
            Condition: { StringEquals: { 'aws:ResourceTag/keysweep': 'exempt' } },
          },
        }),
      );
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, exempt: {} } };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    organization.user(FIRST, 'bob').tags = new Map([['keysweep', 'exempt']]);
    const { summary } = await undo(on, run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { denied: 1 } });
    const [key] = organization.keysOf(FIRST).filter(({ status }) => status === 'Inactive');
    expect(summary?.problems).toEqual([
      `AWS denied activating keys of bob in account ${FIRST}. ` +
        'If one of them was tagged keysweep=exempt after that run, ' +
        'the rotation role may not write to the user, even to undo. ' +
        'Remove the tag, undo again and restore the tag; or let an administrator of the account run: ' +
        `aws iam update-access-key --user-name bob --access-key-id ${key?.accessKeyId} --status Active`,
    ]);
  });

  it.each<[string, string | false, FaultKind, RegExp[]]>([
    ['names each user once', 'keysweep=exempt', 'denied', [/^AWS denied activating keys of ada, bob in acc/]],
    ['supposes no tag where none exempts', false, 'denied', []],
    ['supposes no tag where no write was denied', 'keysweep=exempt', 'expired-token', []],
  ])('%s when its writes fail', async (_, userTag, kind, expected) => {
    const organization = organizationOf(1, () => [
      { ...ADA, keys: [{}, {}] },
      { ...ADA, userName: 'bob' },
    ]);
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, exempt: { userTag } } };
    const on = await onSandbox({ organization, config });
    const { run } = await on.run();
    on.sandbox.faults.add({ service: 'iam', call: 'UpdateAccessKey', occurrence: 'every', kind });
    const { summary } = await undo(on, run);
    expect(summary?.keys.failed).toBe(3);
    expect(summary?.problems).toEqual(expected.map((text) => expect.stringMatching(text) as string));
  });

  it('skips an account with an invalid memory, which may have a hold, and restores the others', async () => {
    const organization = organizationOf(2);
    const on = await onSandbox({ organization });
    const { run } = await on.run();
    await on.store.put(`accounts/${FIRST}.json`, '{ "keys": [] }');
    const undone = await undo(on, run);
    expect(outcomes(undone)).toEqual({ [FIRST]: 'failed', [SECOND]: 'swept' });
    expect(undone.accounts.get(FIRST)?.finished?.reason).toMatch(
      new RegExp(`^keysweep: UnreadableLedgerError: .*accounts/${FIRST}\\.json does not match its schema`),
    );
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive']);
  });

  it('starts no account after the ledger has failed, throws its error, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const organization = organizationOf(2);
    const on = await onSandbox({ organization, config: { ...EVERY_KEY, concurrency: { accounts: 1 } } });
    const { run } = await on.run();
    const update: ObjectStore['update'] = (key, change) =>
      key === `accounts/${FIRST}.json`
        ? Promise.reject(new Error('disk full'))
        : on.store.update(key, change);
    const broken = on.dependencies({ store: { ...on.store, update } });
    await expect(applyUndo(planUndo(run, {}, new Map()), 30, broken)).rejects.toThrow('disk full');
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
