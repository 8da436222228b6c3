import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../../src/config/schema.ts';
import { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import type { SweepRequest } from '../../../src/sweep/run.ts';
import { surveyOrganization } from '../../../src/sweep/survey/survey-organization.ts';
import { dateFromNow } from '../../support/clock.ts';
import { begun } from '../beginning.ts';
import {
  ADA,
  addRotationRole,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  type SweepSetting,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

/** Root / Workloads / Prod and root / Sandbox, with an account in Prod and one in Sandbox. */
function tree() {
  const organization = new SandboxOrganization();
  const workloads = organization.addOrganizationalUnit('Workloads');
  const prod = organization.addOrganizationalUnit('Prod', workloads);
  const playground = organization.addOrganizationalUnit('Playground');
  for (const parent of [prod, playground]) {
    const account = organization.addAccount({ parent });
    addRotationRole(organization, account.id);
    organization.addUser({ account, ...ADA });
  }
  return { organization, workloads, prod, playground };
}

it('targets are announced while others are still listed, once every named OU has been seen', async () => {
  const { organization, playground } = tree();
  const config: ConfigInput = {
    ...EVERY_KEY,
    overrides: [{ organizationalUnits: [playground.id], armed: false }],
  };
  const sandbox = { accountFields: { paths: true }, pages: { maximumSize: 1 } };
  const on = await onSandbox({ organization, config, sandbox });
  const handedOn: [pages: number, targets: string[]][] = [];
  await surveyOrganization(await begun(on), {}, (targets) => {
    const pages = on.sandbox.calls.of('organizations', 'ListAccounts').length;
    handedOn.push([pages, targets.map(({ account }) => account.id)]);
  });
  expect(handedOn).toEqual([
    [2, [FIRST]],
    [2, [SECOND]],
    [3, []],
  ]);
});

describe('an OU of the configuration that was not seen in an incomplete walk', () => {
  it('may be misspelled: then no placement counts, and nothing is written', async () => {
    const { organization, workloads, prod } = tree();
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [prod.id], armed: false }],
    };
    const on = await onSandbox({ organization, config, sandbox: { accountFields: { paths: false } } });
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListOrganizationalUnitsForParent',
      where: { ParentId: workloads.id },
      occurrence: 'every',
      kind: 'denied',
    });
    const { run, summary } = await on.run();
    expect(outcomes(run)).toMatchObject({ [FIRST]: 'denied', [SECOND]: 'denied' });
    expect(run.accounts.get(SECOND)?.finished?.reason).toContain('ListOrganizationalUnitsForParent');
    expect(summary).toMatchObject({ verdict: 'incomplete', accountsListed: 3 });
    expect([keysOf(organization, FIRST), keysOf(organization, SECOND)]).toEqual([
      ['ada Active'],
      ['ada Active'],
    ]);
    const survey = await surveyOrganization(await begun(on), {});
    expect(survey).toMatchObject({ targets: [] });
  });

  it('stops no other account when all named OUs were seen', async () => {
    const { organization, workloads, playground } = tree();
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [playground.id], rules: { mode: 'delete' } }],
    };
    const on = await onSandbox({ organization, config, sandbox: { accountFields: { paths: false } } });
    on.sandbox.faults.add({
      service: 'organizations',
      call: 'ListOrganizationalUnitsForParent',
      where: { ParentId: workloads.id },
      occurrence: 'every',
      kind: 'denied',
    });
    const { run } = await on.run();
    expect(outcomes(run)).toMatchObject({ [FIRST]: 'denied', [SECOND]: 'swept' });
    expect(keysOf(organization, SECOND)).toEqual([]);
  });
});

it('reads no tags when optOutTag is false', async () => {
  const on = await onSandbox({ organization: tree().organization });
  on.sandbox.calls.reset();
  const { targets } = await surveyOrganization(await begun(on), {});
  expect(targets).toHaveLength(2);
  expect(Object.keys(on.sandbox.calls.counts()).filter((call) => /Tags|GetResources/.test(call))).toEqual([]);
});

describe('a run that cannot survey the organization', () => {
  const ORGANIZATION = new SandboxOrganization();
  const DENIED = {
    service: 'organizations',
    call: 'ListAccounts',
    occurrence: 'every',
    kind: 'denied',
  } as const;

  it.each<[string, Partial<SweepSetting>, RegExp]>([
    [
      'the configuration names an OU that does not exist',
      { config: { ...EVERY_KEY, overrides: [{ organizationalUnits: ['ou-ab12-nowhere00'], armed: true }] } },
      /^accounts.json and filters, checked against organization o-\w+: 1 problem[^]*ou-ab12-nowhere00/,
    ],
    [
      'a call is denied',
      { sandbox: { faults: [DENIED] } },
      /^organizations:ListAccounts: AccessDeniedException: /,
    ],
  ])('because %s writes nothing, and has a summary that says so', async (_, setting, problem) => {
    const on = await onSandbox({ organization: ORGANIZATION, ...setting });
    await expect(on.run()).rejects.toThrow();
    expect(await summaryOf(on)).toMatchObject({ problems: [expect.stringMatching(problem)] });
    expect(on.sandbox.calls.writes()).toEqual([]);
  });

  it('for an unexpected reason has it in an otherwise empty summary', async () => {
    const on = await onSandbox({ organization: ORGANIZATION, config: { ...EVERY_KEY, optOutTag: 'a=b' } });
    const { clients } = on.dependencies();
    const broken = {
      ...clients,
      tagging: () => {
        throw new TypeError('no region');
      },
    };
    await expect(on.run({}, { clients: broken })).rejects.toThrow('no region');
    expect(await summaryOf(on)).toMatchObject({
      mode: 'sweep',
      verdict: 'incomplete',
      filtered: false,
      accountsListed: 0,
      accounts: {},
      limitsExceeded: [],
      problems: ['keysweep: TypeError: no region'],
      warnings: [],
    });
  });

  async function summaryOf({ store }: SweptSandbox): Promise<unknown> {
    const [key = ''] = (await store.list('runs/')).filter((stored) => stored.endsWith('summary.json'));
    return JSON.parse((await store.get(key)) ?? '');
  }
});

describe('OUs of the configuration, when AWS sends the paths of accounts', () => {
  it('are known without a walk when each has an account', async () => {
    const { organization, prod } = tree();
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [prod.id], rules: { mode: 'delete' } }],
    };
    const on = await onSandbox({ organization, config, sandbox: { accountFields: { paths: true } } });
    const { run } = await on.run();
    expect(outcomes(run)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'swept' });
    expect([keysOf(organization, FIRST), keysOf(organization, SECOND)]).toEqual([[], ['ada Inactive']]);
    expect(on.sandbox.calls.of('organizations', 'ListRoots')).toEqual([]);
  });

  it('need a walk when one has no account', async () => {
    const { organization } = tree();
    const empty = organization.addOrganizationalUnit('Empty');
    const config: ConfigInput = {
      ...EVERY_KEY,
      overrides: [{ organizationalUnits: [empty.id], armed: false }],
    };
    const on = await onSandbox({ organization, config, sandbox: { accountFields: { paths: true } } });
    const { run } = await on.run();
    expect(outcomes(run)).toMatchObject({ [FIRST]: 'swept', [SECOND]: 'swept' });
    expect(on.sandbox.calls.of('organizations', 'ListRoots')).toHaveLength(1);
  });
});

describe('a list of two pages, with tags from an index that may lag behind', () => {
  async function listed(overrides: Partial<ConfigInput> = {}) {
    const organization = organizationOf(25);
    for (const { id } of organization.accounts.list()) organization.tagAccount(id, { team: 'payments' });
    const on = await onSandbox({
      organization,
      config: { ...EVERY_KEY, optOutTag: 'keysweep=opt-out', ...overrides },
      sandbox: { tagIndex: { lagMilliseconds: 60_000 } },
    });
    on.sandbox.clock.advance(200_000);
    const lookedAt = () => on.sandbox.calls.of('organizations', 'ListTagsForResource');
    return { organization, on, lookedAt };
  }

  it('is swept except for the accounts that opted out minutes ago', async () => {
    const { organization, on } = await listed();
    const optedOut = ['100000000003', '100000000024'];
    for (const id of optedOut) organization.tagAccount(id, { keysweep: 'opt-out' });
    const { run, summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 23, 'opted-out': 2 } });
    for (const id of optedOut) {
      expect(outcomes(run)[id]).toBe('opted-out');
      expect(keysOf(organization, id)).toEqual(['ada Active']);
    }
  });

  it('has the groups of report.groupBy from the same calls', async () => {
    const { organization, on } = await listed({ report: { groupBy: 'team' } });
    organization.tagAccount(FIRST, { Team: 'other' });
    const { run } = await on.run();
    expect(run.groups).toEqual(Object.fromEntries([...run.accounts.keys()].map((id) => [id, 'payments'])));
    const sent = on.sandbox.calls.counts();
    const without = await listed();
    expect((await without.on.run()).run.groups).toBeUndefined();
    expect(sent).toEqual(without.on.sandbox.calls.counts());
  });

  it('is swept except for those, too, when one page needs no tags', async () => {
    const later = Array.from({ length: 10 }, (_, index) => String(100_000_000_016 + index));
    const optOuts = later.map((account) => ({ account, owner: 'o', reason: 'r', until: dateFromNow(400) }));
    const { organization, on } = await listed({ optOuts });
    organization.tagAccount(FIRST, { keysweep: 'opt-out' });
    const { summary } = await on.run();
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 14, 'opted-out': 11 } });
    expect(keysOf(organization, FIRST)).toEqual(['ada Active']);
  });

  it('has started nothing when a name turns out to be unknown', async () => {
    const { on } = await listed({ overrides: [{ accounts: ['100000000099'], armed: false }] });
    const slow = { service: 'organizations', call: 'ListAccounts', occurrence: 2, kind: 'slow' } as const;
    on.sandbox.faults.add({ ...slow, milliseconds: 100 });
    const steps: string[] = [];
    const run = on.run({}, { progress: ({ step }) => steps.push(step) });
    await expect(run).rejects.toThrow('100000000099');
    expect(steps).toEqual(['listing']);
    const { requests } = on.dependencies().clients;
    const { calls } = requests.total();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(requests.total().calls).toBe(calls);
  });

  it.each<[string, Partial<SweepRequest>]>([
    ['plan', { mode: 'plan' }],
    ['sweep that nobody approved', { approve: () => Promise.resolve(false) }],
    ['sweep that is withheld', { withheld: ['it starts too late'] }],
  ])('is not rechecked by a %s, which writes nothing', async (_, request) => {
    const { on, lookedAt } = await listed();
    await on.run(request);
    expect(lookedAt()).toEqual([]);
    expect(on.sandbox.calls.writes()).toEqual([]);
  });

  it('is rechecked for armed accounts while others are still being planned', async () => {
    const unarmed = ['100000000001', '100000000002'];
    const { on, lookedAt } = await listed({
      concurrency: { accounts: 1 },
      overrides: [{ accounts: unarmed, armed: false }],
    });
    await on.run();
    expect(lookedAt()).toHaveLength(23);
    const calls = on.sandbox.calls.all.map(({ call }) => call);
    expect(calls.indexOf('ListTagsForResource')).toBeLessThan(calls.lastIndexOf('ListAccessKeys'));
  });

  /** The same in every organization of this seed. */
  const { id: UNARMED } = organizationOf(0).addOrganizationalUnit('Unarmed');

  it.each<[string, Partial<ConfigInput>, boolean]>([
    ['while others are being planned, for its tags', {}, true],
    ['when all are planned, if there are no tags and OUs to read', { optOutTag: false }, false],
    [
      'while others are being planned, for its OUs',
      { optOutTag: false, overrides: [{ organizationalUnits: [UNARMED], armed: false }] },
      true,
    ],
  ])('is rechecked %s', async (_, overrides, early) => {
    const { organization, on } = await listed({ ...overrides, concurrency: { accounts: 1 } });
    organization.addOrganizationalUnit('Unarmed');
    expect((await on.run()).summary).toMatchObject({ accounts: { swept: 25 } });
    const calls = on.sandbox.calls.all.map(({ call }) => call);
    const planned = calls.slice(0, calls.indexOf('DescribeAccount')).filter((call) => call === 'GetGroup');
    if (early) expect(planned.length).toBeLessThan(25);
    else expect(planned).toHaveLength(25);
  });
});
