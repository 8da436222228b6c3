import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { ConfigError } from '../../../src/config/errors.ts';
import type { ConfigInput } from '../../../src/config/schema.ts';
import { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import type { SandboxOptions } from '../../../sandbox/sandbox.ts';
import type { SweepRequest } from '../../../src/sweep/run.ts';
import { dateFromNow } from '../../support/clock.ts';
import {
  ADA,
  addRotationRole,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
} from '../../support/sweeping.ts';

/** Of twenty. Before the writes, the accounts are listed once more. */
const PAGES = 4;
const MANY = 65;

const THIRD_IS_SLOW: SandboxOptions = {
  faults: [
    { service: 'organizations', call: 'ListAccounts', occurrence: 3, kind: 'slow', milliseconds: 1_500 },
  ],
};

const LAST_IS_SLOW: SandboxOptions = {
  faults: [
    { service: 'organizations', call: 'ListAccounts', occurrence: 4, kind: 'slow', milliseconds: 1_500 },
  ],
};

const FIRST = '100000000001';
/** One digit off. */
const NOBODY = '100000000999';
const optOutOf = (account: string) => ({ account, owner: 'x', reason: 'y', until: dateFromNow(400) });

describe.concurrent('while accounts are still being listed', () => {
  it('those of the first pages are read, but not written to', async (context) => {
    const organization = organizationOf(MANY);
    const { run, sandbox } = await onSandbox({ organization, sandbox: THIRD_IS_SLOW, context });
    const { summary } = await run();
    const { calls } = sandbox;
    const listed = calls.of('organizations', 'ListAccounts')[PAGES - 1]!.at;
    const before = calls.all.filter(({ at }) => at < listed);
    expect(before.some(({ call }) => call === 'ListAccessKeys')).toBe(true);
    expect(before.filter(({ wrote }) => wrote)).toEqual([]);
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: MANY } });
  });

  it('nothing that was read counts when the list then fails', async (context) => {
    const organization = organizationOf(MANY);
    const { run, sandbox, store, dependencies } = await onSandbox({
      organization,
      config: { ...EVERY_KEY, concurrency: { accounts: 1 } },
      sandbox: THIRD_IS_SLOW,
      context,
    });
    sandbox.faults.add({ service: 'organizations', call: 'ListAccounts', occurrence: 4, kind: 'denied' });
    sandbox.faults.add({
      service: 'iam',
      call: 'GetGroup',
      occurrence: 'every',
      kind: 'slow',
      milliseconds: 50,
    });
    const rejected = await run().catch((error: unknown) => error);
    expect(rejected).toMatchObject({ failure: { call: 'organizations:ListAccounts' } });
    expect(sandbox.calls.of('iam', 'ListAccessKeys')).not.toEqual([]);
    expect(sandbox.calls.writes()).toEqual([]);
    const records = (await store.list('runs/')).filter((key) => key.endsWith('.jsonl'));
    for (const key of records) expect(await store.get(key)).not.toContain('account-planned');
    // What was given up may still arrive there; nothing more is sent.
    const { requests } = dependencies().clients;
    const { calls } = requests.total();
    await sleep(200);
    expect(requests.total().calls).toBe(calls);
  });

  it.for<[string, Partial<SweepRequest>, Partial<ConfigInput>]>([
    ['an opt-out of an account that does not exist', {}, { optOuts: [optOutOf(NOBODY)] }],
    ['an override for one', {}, { overrides: [{ accounts: [NOBODY], armed: false }] }],
    [
      'an OU that does not exist',
      {},
      { overrides: [{ organizationalUnits: ['ou-ab12-99999999'], armed: false }] },
    ],
    ['a filter for an account that does not exist', { filters: { accounts: [FIRST, NOBODY] } }, {}],
    ['an OU filter for none', { filters: { accounts: [FIRST], organizationalUnits: [] } }, {}],
  ])('no account is entered because of %s', async ([, request, config], context) => {
    const organization = organizationOf(MANY);
    const on = await onSandbox({
      organization,
      config: { ...EVERY_KEY, ...config },
      sandbox: THIRD_IS_SLOW,
      context,
    });
    await expect(on.run(request)).rejects.toThrow(ConfigError);
    expect(on.sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });

  it.for<[string, string, string, boolean]>([
    ['starts with the page that has the last name', FIRST, '100000000002', true],
    ['waits for the last page where that has it', '100000000065', FIRST, false],
  ])('the reading %s', async ([, optedOut, next, early], context) => {
    const organization = organizationOf(MANY);
    const optOuts = [optOutOf(optedOut)];
    const config = { ...EVERY_KEY, optOuts };
    const on = await onSandbox({ organization, config, sandbox: LAST_IS_SLOW, context });
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: MANY - 1, 'opted-out': 1 } });
    const { calls } = on.sandbox;
    const listed = calls.of('organizations', 'ListAccounts')[PAGES - 1]!.at;
    const [first] = calls.of('sts', 'AssumeRole');
    expect(first).toMatchObject({ account: next });
    expect(first!.at < listed).toBe(early);
  });

  it('no account of a list of one page is entered before the names are checked', async (context) => {
    const optOuts = [optOutOf(NOBODY)];
    const on = await onSandbox({
      organization: organizationOf(3),
      config: { ...EVERY_KEY, optOuts },
      context,
    });
    await expect(on.run()).rejects.toThrow(ConfigError);
    expect(on.sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
  });
});

/** Root / Workloads with most accounts, root / Elsewhere with one, and root / Empty with none. */
function withUnits() {
  const organization = new SandboxOrganization();
  const [workloads, elsewhere, empty] = ['Workloads', 'Elsewhere', 'Empty'].map((name) =>
    organization.addOrganizationalUnit(name),
  );
  for (let index = 0; index < 25; index += 1) {
    const account = organization.addAccount({ parent: index === 24 ? elsewhere! : workloads! });
    addRotationRole(organization, account.id);
    organization.addUser({ account, ...ADA });
  }
  const config: ConfigInput = { ...EVERY_KEY, scope: { organizationalUnits: [workloads!.id] } };
  return { organization, config, workloads: workloads!, empty: empty! };
}
const LAST = '100000000025';
const PATHS: SandboxOptions = { accountFields: { paths: true } };
const TREE = ['ListRoots', 'ListOrganizationalUnitsForParent', 'ListAccountsForParent'];

describe.concurrent('when the list has the paths of accounts', () => {
  it.for([true, false])('the sweep is the same; paths: %s', async (paths, context) => {
    const { organization, config } = withUnits();
    const { run, sandbox } = await onSandbox({
      organization,
      config,
      sandbox: { accountFields: { paths } },
      context,
    });
    const { summary, run: stored } = await run();
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 24, 'out-of-scope': 2 } });
    expect(outcomes(stored)[LAST]).toBe('out-of-scope');
    expect(keysOf(organization, LAST)).toEqual(['ada Active']);
    expect(
      stored.units
        ?.map(({ accounts }) => accounts.length)
        .sort((a, b) => b - a)
        .slice(0, 3),
    ).toEqual([24, 1, 1]);
    const walked = TREE.some((call) => sandbox.calls.of('organizations', call).length > 0);
    expect(walked).toBe(!paths);
  });

  it('the reading starts with the page that has the last named OU', async (context) => {
    const { organization, config } = withUnits();
    const secondIsSlow = { ...LAST_IS_SLOW.faults![0]!, occurrence: 2 };
    const on = await onSandbox({
      organization,
      config,
      sandbox: { ...PATHS, faults: [secondIsSlow] },
      context,
    });
    expect((await on.run()).summary).toMatchObject({ verdict: 'ok', accounts: { swept: 24 } });
    const listed = on.sandbox.calls.of('organizations', 'ListAccounts').at(-1)!.at;
    expect(on.sandbox.calls.of('sts', 'AssumeRole')[0]!.at < listed).toBe(true);
  });

  it('an OU without accounts is found by a walk of OUs only', async (context) => {
    const { organization, config, empty } = withUnits();
    const overrides = [{ organizationalUnits: [empty.id], armed: false }];
    const on = await onSandbox({ organization, config: { ...config, overrides }, sandbox: PATHS, context });
    expect((await on.run()).summary).toMatchObject({ verdict: 'ok', accounts: { swept: 24 } });
    expect(on.sandbox.calls.of('organizations', 'ListRoots')).toHaveLength(1);
    expect(on.sandbox.calls.of('organizations', 'ListAccountsForParent')).toEqual([]);
  });

  it('an OU that does not exist stops the run', async (context) => {
    const { organization, config } = withUnits();
    const overrides = [{ organizationalUnits: ['ou-ab12-99999999'], armed: false }];
    const on = await onSandbox({ organization, config: { ...config, overrides }, sandbox: PATHS, context });
    await expect(on.run()).rejects.toThrow(/overrides\[0\]\.organizationalUnits\[0\]/);
    expect(on.sandbox.calls.writes()).toEqual([]);
  });

  it('nothing is swept when it is unknown whether a named OU exists', async (context) => {
    const { organization, config, empty } = withUnits();
    const overrides = [{ organizationalUnits: [empty.id], armed: false }];
    const on = await onSandbox({ organization, config: { ...config, overrides }, sandbox: PATHS, context });
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListOrganizationalUnitsForParent',
      occurrence: 'every',
      kind: 'denied',
    });
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'incomplete', accounts: { denied: 25, 'out-of-scope': 1 } });
    expect(on.sandbox.calls.writes()).toEqual([]);
  });
});
