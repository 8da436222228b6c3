import { describe, expect, it } from 'vitest';

import type { KeyOutcome } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { findingsIn, findingsOf, type Finding } from '../../src/report/findings.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import { buildRun, daysAgo, key, type AccountSetup } from '../support/build-run.ts';
import { AT } from '../support/records.ts';

const ID = '100000000001';
const RULES = { maxKeyAgeDays: 90, mode: 'deactivate', deleteAfterDays: 7 } as const;
const FAILURE = { kind: 'denied', call: 'iam:GetGroup', code: 'AccessDenied', message: 'no' } as const;
const NO_UNITS = new Map<string, string>();

const runOf = (...accounts: readonly AccountSetup[]): Promise<StoredRun> => buildRun({ accounts });

const withPlan = (plan: AccountSetup['plan'], more: Partial<AccountSetup> = {}): AccountSetup => ({
  id: ID,
  plan: { rules: RULES, ...plan },
  ...more,
});

const keep = (reason: string, overrides: Partial<KeyDecision> = {}): KeyDecision =>
  key('AKIA1', { action: 'keep', reason, ...overrides } as Partial<KeyDecision>);

const found = (run: StoredRun, earlier: readonly Finding[] = []): string[] =>
  findingsOf(run, earlier, NO_UNITS).map(({ id, state }) => `${id.replace(`keysweep/${ID}/`, '')} ${state}`);

const allOf = (run: StoredRun): Finding[] =>
  [...run.accounts.values()].flatMap((stored) => findingsIn(stored, run, NO_UNITS));

describe('the findings of a run', () => {
  it.each<[string, KeyDecision, string[]]>([
    ['a due key', key('AKIA1'), ['AKIA1/over-age new']],
    ['a due key that is to be deleted', key('AKIA1', { action: 'delete' }), ['AKIA1/over-age new']],
    ['an old key that an undo holds', keep('on-hold'), ['AKIA1/over-age new']],
    ['an old key of keysweep itself', keep('own-key'), ['AKIA1/over-age new']],
    ['a due key that is not in the plan', keep('not-in-plan'), ['AKIA1/over-age new']],
    ['a due key that changed', keep('changed-since-plan'), ['AKIA1/over-age new']],
    ['a young key that an undo holds', keep('on-hold', { createDate: daysAgo(89) }), []],
    ['a key of the age', keep('on-hold', { createDate: daysAgo(90) }), ['AKIA1/over-age new']],
    ['an unused key', key('AKIA1', { reason: 'maxUnusedDays reached' }), ['AKIA1/unused new']],
    ['a key in use', keep('maxUnusedDays not reached'), []],
    ['a young key', keep('maxKeyAgeDays not reached', { createDate: daysAgo(1) }), []],
    ['a user who is exempt by name', keep('exempt.users'), ['AKIA1/ungoverned new']],
    ['a user in an exempt group', keep('exempt.groups'), ['AKIA1/ungoverned new']],
    ['a user with the tag', keep('exempt.userTag'), ['AKIA1/ungoverned new']],
    ['a user without a password', keep('no-console-access'), ['AKIA1/ungoverned new']],
    ['an inactive key that is exempt', keep('exempt.users', { status: 'Inactive' }), []],
    ['an inactive key that is due', key('AKIA1', { status: 'Inactive', action: 'delete' }), []],
    ['an inactive key that is kept', keep('mode is deactivate', { status: 'Inactive' }), []],
    ['a status that is not known', keep('unknown-status', { status: 'Sleeping' }), []],
  ])('has for %s: %s', async (_, decision, expected) => {
    expect(found(await runOf(withPlan({ decisions: [decision] })))).toEqual(expected);
  });

  it.each<[KeyOutcome, string[]]>([
    ['deactivated', []],
    ['deleted', []],
    ['already-gone', []],
    ['failed', ['AKIA1/over-age new']],
    ['unconfirmed', ['AKIA1/over-age new']],
    ['not-attempted', ['AKIA1/over-age new']],
  ])('has for a due key that is %s: %s', async (outcome, expected) => {
    const run = await runOf(
      withPlan({ decisions: [key('AKIA1')] }, { results: [{ accessKeyId: 'AKIA1', outcome }] }),
    );
    expect(found(run)).toEqual(expected);
  });

  it('has a key that escaped once, whether the run decided about it or not', async () => {
    const run = await runOf(
      withPlan({
        decisions: [keep('exempt.userTag')],
        escaped: [
          { accessKeyId: 'AKIA1', userName: 'ada', how: 'exempt.userTag' },
          { accessKeyId: 'AKIA2', userName: 'bob', how: 'not-in-groups' },
        ],
      }),
    );
    expect(found(run)).toEqual(['AKIA1/escaped new', 'AKIA2/escaped new']);
    const [one, other] = findingsOf(run, [], NO_UNITS);
    expect(one).toMatchObject({ status: 'Active', createDate: daysAgo(100), since: daysAgo(100) });
    expect(other).not.toHaveProperty('createDate');
    expect(other?.since).toEqual(new Date(AT));
    expect(other?.description).toBe(
      `Access key AKIA2 of IAM user bob in account account ${ID} (${ID}). ` +
        'The last sweep governed it, and it lives: the user has left the configured groups.',
    );
  });

  it('says of each what it is, since when and why', async () => {
    const exemption = { name: 'break-glass-*', until: '2027-01-31' };
    const unarmed = withPlan({ armed: false, decisions: [key('AKIA1'), key('AKIA2')] });
    const run = await runOf(
      { ...unarmed, name: 'pay\u202Ements' },
      {
        ...withPlan({ decisions: [keep('exempt.users', { exemption })] }),
        id: '100000000002',
      },
    );
    const [first, , third] = findingsOf(run, [], new Map([[ID, 'Workloads / Prod']]));
    expect(first).toEqual({
      ...{ id: `keysweep/${ID}/AKIA1/over-age`, rule: 'over-age', state: 'new' },
      ...{ accountId: ID, accountName: 'pay ments', organizationalUnit: 'Workloads / Prod' },
      ...{ userName: 'ada', accessKeyId: 'AKIA1', status: 'Active', createDate: daysAgo(100) },
      since: daysAgo(10),
      title: 'Access key AKIA1 of IAM user ada is over age',
      description:
        `Access key AKIA1 of IAM user ada in account pay ments (${ID}). It is active and over age ` +
        '(maxKeyAgeDays is 90): older than allowed. The account is not armed, so no sweep revokes it.',
    });
    expect(third?.description).toContain(
      'It is active, and no sweep revokes it: ' +
        'the user is exempt by name (break-glass-*, until 2027-01-31).',
    );
  });

  it('says how a write ended that left a key', async () => {
    const plan = withPlan({ decisions: [key('AKIA1')] });
    const run = await runOf({ ...plan, results: [{ accessKeyId: 'AKIA1', outcome: 'failed' }] });
    expect(findingsOf(run, [], NO_UNITS)[0]?.description).toMatch(/This run tried to revoke it: failed\.$/);
  });

  it('knows what an earlier run found', async () => {
    const run = await runOf(withPlan({ decisions: [key('AKIA1'), key('AKIA2')] }));
    const earlier = await runOf(withPlan({ decisions: [key('AKIA2')] }));
    expect(found(run, allOf(earlier))).toEqual(['AKIA1/over-age new', 'AKIA2/over-age known']);
  });

  const DUE = withPlan({ decisions: [key('AKIA1')] });
  const ESCAPED = withPlan({ escaped: [{ accessKeyId: 'AKIA1', userName: 'ada', how: 'not-in-groups' }] });
  const young = keep('maxKeyAgeDays not reached');

  it.each<[string, AccountSetup, readonly AccountSetup[], string[]]>([
    ['a key that is gone', DUE, [withPlan({})], ['AKIA1/over-age resolved']],
    ['a key within the rules', DUE, [withPlan({ decisions: [young] })], ['AKIA1/over-age resolved']],
    [
      'a key that the run deactivated',
      DUE,
      [{ ...DUE, results: [{ accessKeyId: 'AKIA1', outcome: 'deactivated' }] }],
      ['AKIA1/over-age resolved'],
    ],
    [
      'a key that is exempt now',
      DUE,
      [withPlan({ decisions: [keep('exempt.users')] })],
      ['AKIA1/ungoverned new', 'AKIA1/over-age resolved'],
    ],
    ['an account that has left', DUE, [], ['AKIA1/over-age resolved']],
    ['not a key in an account that was not read', DUE, [{ id: ID, end: { outcome: 'denied' } }], []],
    ['not one of an account that is opted out', DUE, [{ id: ID, end: { outcome: 'opted-out' } }], []],
    [
      'not a key that may be of a user who was not read',
      DUE,
      [withPlan({ unreadUsers: [{ userName: 'ada', failure: FAILURE }] })],
      [],
    ],
    [
      'a key that was read, though another user was not',
      DUE,
      [withPlan({ decisions: [young], unreadUsers: [{ userName: 'bob', failure: FAILURE }] })],
      ['AKIA1/over-age resolved'],
    ],
    ['not an escape that no run sees', ESCAPED, [withPlan({})], []],
    [
      'an escape that is back under the rules',
      ESCAPED,
      [withPlan({ decisions: [young] })],
      ['AKIA1/escaped resolved'],
    ],
  ])('resolves %s', async (_, before, now, expected) => {
    expect(found(await runOf(...now), allOf(await runOf(before)))).toEqual(expected);
  });

  it('takes the newest of two earlier findings', async () => {
    const at = (decisions: KeyDecision[]) => runOf(withPlan({ armed: decisions.length > 1, decisions }));
    const newer = allOf(await at([key('AKIA1'), key('AKIA2')]));
    const older = allOf(await at([key('AKIA1')]));
    const resolved = findingsOf(await runOf(withPlan({})), [...newer, ...older], NO_UNITS);
    expect(resolved.map(({ description }) => description.includes('not armed'))).toEqual([false, false]);
  });
});
