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
  readonly tagsFromIndex?: boolean;
  /** Minutes since the accounts were listed. */
  readonly age?: number;
  readonly faults?: readonly Fault[];
  readonly organization?: SandboxOrganization;
}

async function open({ config = {}, tagsFromIndex = true, age = 0, faults = [], ...more }: Setting = {}) {
  const { organization = organizationOf(2) } = more;
  const on = await onSandbox({
    organization,
    config: { ...EVERY_KEY, optOutTag: 'keysweep=opt-out', ...config },
    sandbox: { faults },
  });
  const context = await begun(on);
  const surveyedAt = new Date(context.now().getTime() - age * MINUTE);
  const recheck = recheckTargets(() => ({ filters: {}, surveyedAt, tagsFromIndex }), context);
  on.sandbox.calls.reset();
  const account = { id: FIRST, name: 'account-1', state: 'ACTIVE', isManagementAccount: false };
  const target = { account, settings: settingsFor(account, [], context.config) };
  return { organization, recheck, target, calls: on.sandbox.calls };
}

const DENIED = { service: 'organizations', occurrence: 'every', kind: 'denied' } as const;

describe('an account that was listed a moment ago', () => {
  it('has its opt-out tag read once more, however often it is asked for', async () => {
    const { recheck, target, calls } = await open();
    expect(await Promise.all([recheck.check(target), recheck.check(target)])).toEqual([
      { target },
      { target },
    ]);
    expect(calls.counts()).toEqual({ 'organizations:ListTagsForResource': 1 });
  });

  it.each([
    ['the tags are not from the index', { tagsFromIndex: false }],
    ['optOutTag is false', { config: { optOutTag: false } }],
  ])('costs no call when %s', async (_, setting) => {
    const { recheck, target, calls } = await open(setting);
    expect(await recheck.check(target)).toEqual({ target });
    expect(calls.all).toEqual([]);
  });

  it('is no target when it has the tag now', async () => {
    const { organization, recheck, target } = await open();
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    expect(await recheck.check(target)).toMatchObject({
      end: { outcome: 'opted-out', reason: 'by its tag keysweep=opt-out, since the account was listed' },
    });
  });

  it('is unknown when the tag cannot be read', async () => {
    const { recheck, target } = await open({ faults: [{ ...DENIED, call: 'ListTagsForResource' }] });
    expect(await recheck.check(target)).toMatchObject({ failure: { kind: 'denied' } });
  });
});

describe('an account that was listed too long ago', () => {
  const OLD = { age: 6, tagsFromIndex: false };

  it('is described again, and is the same target', async () => {
    const { recheck, target, calls } = await open(OLD);
    expect(await recheck.check(target)).toMatchObject({ target: { account: { id: FIRST } } });
    expect(calls.counts()).toEqual({
      'organizations:DescribeAccount': 1,
      'organizations:ListTagsForResource': 1,
    });
  });

  it('is not read again within limits.maxDecisionAgeMinutes', async () => {
    const { recheck, target, calls } = await open({
      ...OLD,
      config: { limits: { maxDecisionAgeMinutes: 10 } },
    });
    expect(await recheck.check(target)).toEqual({ target });
    expect(calls.all).toEqual([]);
  });

  it('is no target once it is closed', async () => {
    const { organization, recheck, target } = await open(OLD);
    organization.account(FIRST).state = 'SUSPENDED';
    expect(await recheck.check(target)).toMatchObject({ end: { outcome: 'not-active' } });
  });

  it('is unknown once it has left the organization', async () => {
    const { organization, recheck, target } = await open(OLD);
    organization.accounts.remove(organization.account(FIRST));
    expect(await recheck.check(target)).toMatchObject({ failure: { kind: 'failed' } });
  });

  it('has the settings of the OU that it is in now', async () => {
    const organization = organizationOf(2);
    const [before, now] = ['Before', 'Now'].map((name) => organization.addOrganizationalUnit(name));
    organization.moveAccount(FIRST, before!.id);
    const overrides = [{ organizationalUnits: [now!.id], armed: false }];
    const { recheck, target, calls } = await open({ ...OLD, organization, config: { overrides } });
    expect(await recheck.check(target)).toMatchObject({ target: { settings: { armed: true } } });
    organization.moveAccount(FIRST, now!.id);
    const again = await open({ ...OLD, organization, config: { overrides } });
    expect(await again.recheck.check(target)).toMatchObject({ target: { settings: { armed: false } } });
    expect(calls.of('organizations', 'ListParents')).toHaveLength(2);
  });

  it.each(['DescribeAccount', 'ListParents', 'ListTagsForResource'])(
    'is unknown when %s fails',
    async (call) => {
      const organization = organizationOf(2);
      const overrides = [{ organizationalUnits: [organization.addOrganizationalUnit('A').id], armed: false }];
      const faults = [{ ...DENIED, call }];
      const { recheck, target } = await open({ ...OLD, organization, faults, config: { overrides } });
      expect(await recheck.check(target)).toMatchObject({ failure: { kind: 'denied' } });
    },
  );
});

it('starts no more reads at its end, which waits for those in progress', async () => {
  const { recheck, target } = await open();
  let answered = false;
  const answer = recheck.check(target).finally(() => (answered = true));
  await recheck.end();
  expect(answered).toBe(true);
  expect(await answer).toMatchObject({ failure: { kind: 'not-reached' } });
});
