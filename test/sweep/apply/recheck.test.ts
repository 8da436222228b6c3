import { describe, expect, it } from 'vitest';

import type { Fault } from '../../../sandbox/faults/faults.ts';
import { recheckTargets } from '../../../src/sweep/apply/recheck-target.ts';
import { settingsFor } from '../../../src/targets/settings.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { MINUTE } from '../../support/clock.ts';
import { begun } from '../beginning.ts';
import { EVERY_KEY, onSandbox, organizationOf } from '../../support/sweeping.ts';

const FIRST = '100000000001';

interface Setting {
  readonly config?: object;
  readonly faults?: readonly Fault[];
  readonly organization?: SandboxOrganization;
  readonly pages?: { readonly emptyFirst: boolean };
}

async function open({ config = {}, faults = [], organization = organizationOf(2), pages }: Setting = {}) {
  const input = { ...EVERY_KEY, optOutTag: 'keysweep=opt-out', ...config };
  const on = await onSandbox({ organization, config: input, sandbox: { faults, ...(pages && { pages }) } });
  const begin = await begun(on);
  let minutes = 0;
  const now = (): Date => new Date(begin.now().getTime() + minutes * MINUTE);
  const context = { ...begin, now };
  const recheck = recheckTargets({}, context);
  on.sandbox.calls.reset();
  const account = { id: FIRST, name: 'account-0', state: 'ACTIVE', isManagementAccount: false };
  const target = { account, settings: settingsFor(account, [], context.config) };
  const wait = (more: number): void => void (minutes += more);
  return { organization, recheck, target, wait, calls: on.sandbox.calls };
}

const DENIED = { service: 'organizations', occurrence: 'every', kind: 'denied' } as const;

describe('an account that is to be written to', () => {
  it('is described and has its tags read, once in five minutes', async () => {
    const { recheck, target, wait, calls } = await open();
    const once = { 'organizations:DescribeAccount': 1, 'organizations:ListTagsForResource': 1 };
    expect((await recheck.check(target)).now).toMatchObject({ target: { account: { id: FIRST } } });
    wait(4);
    expect((await recheck.check(target)).now).toMatchObject({ target });
    expect(calls.counts()).toEqual(once);
    wait(2);
    expect((await recheck.check(target)).now).toMatchObject({ target });
    expect(calls.counts()).toEqual({
      'organizations:DescribeAccount': 2,
      'organizations:ListTagsForResource': 2,
    });
  });

  it('is read again after limits.maxDecisionAgeMinutes', async () => {
    const { recheck, target, wait, calls } = await open({ config: { limits: { maxDecisionAgeMinutes: 1 } } });
    await recheck.check(target);
    wait(2);
    await recheck.check(target);
    expect(calls.of('organizations', 'DescribeAccount')).toHaveLength(2);
  });

  it('has no tags read when optOutTag is false', async () => {
    const { recheck, target, calls } = await open({ config: { optOutTag: false } });
    expect((await recheck.check(target)).now).toMatchObject({ target });
    expect(calls.counts()).toEqual({ 'organizations:DescribeAccount': 1 });
  });

  it('is no target when it has the tag now', async () => {
    const { organization, recheck, target } = await open();
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    expect((await recheck.check(target)).now).toMatchObject({
      end: { outcome: 'opted-out', reason: 'by its tag keysweep=opt-out, since the account was listed' },
    });
  });

  it('is no target once it is closed', async () => {
    const { organization, recheck, target } = await open();
    organization.account(FIRST).state = 'SUSPENDED';
    expect((await recheck.check(target)).now).toMatchObject({ end: { outcome: 'not-active' } });
  });

  it('is unknown once it has left the organization', async () => {
    const { organization, recheck, target } = await open();
    organization.accounts.remove(organization.account(FIRST));
    expect((await recheck.check(target)).now).toMatchObject({ failure: { kind: 'failed' } });
  });

  it('has the settings of the OU that it is in now', async () => {
    const organization = organizationOf(2);
    const [before, now] = ['Before', 'Now'].map((name) => organization.addOrganizationalUnit(name));
    organization.moveAccount(FIRST, before!.id);
    const overrides = [{ organizationalUnits: [now!.id], armed: false }];
    const emptyFirst = { pages: { emptyFirst: true } };
    const { recheck, target, calls } = await open({ organization, config: { overrides }, ...emptyFirst });
    expect((await recheck.check(target)).now).toMatchObject({ target: { settings: { armed: true } } });
    organization.moveAccount(FIRST, now!.id);
    const again = await open({ organization, config: { overrides } });
    expect((await again.recheck.check(target)).now).toMatchObject({ target: { settings: { armed: false } } });
    // Each after an empty page.
    expect(calls.of('organizations', 'ListParents')).toHaveLength(2 * 2);
  });

  it.each(['DescribeAccount', 'ListParents', 'ListTagsForResource'])(
    'is unknown when %s fails',
    async (call) => {
      const organization = organizationOf(2);
      const overrides = [{ organizationalUnits: [organization.addOrganizationalUnit('A').id], armed: false }];
      const faults = [{ ...DENIED, call }];
      const { recheck, target } = await open({ organization, faults, config: { overrides } });
      expect((await recheck.check(target)).now).toMatchObject({ failure: { kind: 'denied' } });
    },
  );

  it('does not share with the next one that its OU could not be read', async () => {
    const organization = organizationOf(2);
    const { id: unit } = organization.addOrganizationalUnit('A');
    for (const account of organization.accounts.list()) organization.moveAccount(account, unit);
    const overrides = [{ organizationalUnits: [unit], armed: false }];
    const where = { ChildId: unit };
    const faults = [{ ...DENIED, call: 'ListParents', where, occurrence: 'first' as const }];
    const { recheck, target } = await open({ organization, faults, config: { overrides } });
    const other = { ...target, account: { ...target.account, id: '100000000002' } };
    const [first, second] = await Promise.all([recheck.check(target), recheck.check(other)]);
    expect(first.now).toMatchObject({ failure: { kind: 'denied' } });
    expect(second.now).toMatchObject({ target: { account: { id: '100000000002' } } });
  });
});

it('starts no more reads at its end, which waits for those in progress', async () => {
  const { recheck, target } = await open();
  let answered = false;
  const answer = recheck.check(target).finally(() => (answered = true));
  await recheck.end();
  expect(answered).toBe(true);
  expect((await answer).now).toMatchObject({ failure: { kind: 'not-reached' } });
});
