import { describe, expect, it } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { assume } from '../support/sdk-clients.ts';
import { dateFromNow } from '../support/clock.ts';
import {
  ADA,
  addRotationRole,
  EVERY_KEY,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
} from '../support/sweeping.ts';

const MANAGEMENT = '999999999999';
const TAGGED: ConfigInput = { ...EVERY_KEY, optOutTag: 'keysweep=opt-out' };

/** Root / Workloads / Prod and root / Sandbox; the accounts' names say what shall become of them. */
function tree() {
  const organization = new SandboxOrganization();
  const workloads = organization.addOrganizationalUnit('Workloads');
  const prod = organization.addOrganizationalUnit('Prod', workloads);
  const playground = organization.addOrganizationalUnit('Playground');
  const add = (name: string, parent = prod, tags: Record<string, string> = {}): string => {
    const account = organization.addAccount({ name, parent, tags });
    addRotationRole(organization, account.id);
    organization.addUser({ account, ...ADA });
    return account.id;
  };
  const ids = {
    swept: add('swept'),
    deleted: add('deleted', workloads),
    taggedOut: add('tagged out', prod, { keysweep: 'opt-out' }),
    listedOut: add('listed out'),
    planned: add('planned'),
    elsewhere: add('elsewhere', playground),
    atRoot: add('at the root', organization.root),
    closing: add('closing'),
  };
  organization.account(ids.closing).state = 'PENDING_CLOSURE';
  const config: ConfigInput = {
    ...TAGGED,
    scope: { organizationalUnits: [workloads.id] },
    overrides: [
      { organizationalUnits: [workloads.id], rules: { mode: 'delete' } },
      { organizationalUnits: [prod.id], rules: { mode: 'deactivate' } },
      { accounts: [ids.planned], armed: false },
    ],
    optOuts: [
      { account: ids.listedOut, owner: 'payments@example.com', reason: 'freeze', until: dateFromNow(400) },
    ],
  };
  return { organization, ids, config, prod };
}

const EXPECTED = {
  swept: 'swept',
  deleted: 'swept',
  taggedOut: 'opted-out',
  listedOut: 'opted-out',
  planned: 'planned',
  elsewhere: 'out-of-scope',
  atRoot: 'out-of-scope',
  closing: 'not-active',
};

describe.concurrent('a sweep of an organization', () => {
  it('applies scope, OU, state, opt-out and tag at once', async (context) => {
    const { organization, ids, config } = tree();
    const { run, sandbox } = await onSandbox({ organization, config, context });
    const { run: stored, summary } = await run();
    expect(outcomes(stored)).toEqual({
      [MANAGEMENT]: 'out-of-scope',
      ...Object.fromEntries(
        Object.entries(ids).map(([name, id]) => [id, EXPECTED[name as keyof typeof ids]]),
      ),
    });
    expect(summary.verdict).toBe('ok');
    expect(keysOf(organization, ids.swept)).toEqual(['ada Inactive']);
    expect(keysOf(organization, ids.deleted)).toEqual([]);
    const untouched = Object.entries(ids).filter(([name]) => name !== 'swept' && name !== 'deleted');
    for (const [, id] of untouched) expect(keysOf(organization, id)).toEqual(['ada Active']);
    // Only targets are entered; tags are asked about once for all, and once more for each account that is
    // written to.
    expect(
      sandbox.calls
        .of('sts', 'AssumeRole')
        .map(({ account }) => account)
        .sort(),
      // Once to plan, once to read again, and once to write.
    ).toEqual([...[ids.swept, ids.deleted].flatMap((id) => [id, id, id]), ids.planned].sort());
    expect(sandbox.calls.of('tagging', 'GetResources')).toHaveLength(1);
    expect(sandbox.calls.of('organizations', 'ListTagsForResource')).toHaveLength(2);
  });

  it('records the OUs of the accounts, with names, and the opt-outs', async (context) => {
    const { organization, ids, config, prod } = tree();
    const { run } = await onSandbox({ organization, config, context });
    const { run: stored } = await run({ mode: 'plan' });
    const { root } = organization;
    const unit = (name: string) => stored.units?.find((listed) => listed.name === name);
    expect(stored.units?.[0]).toEqual({ id: root.id, name: root.name, accounts: [ids.atRoot, MANAGEMENT] });
    expect(unit('Workloads')).toMatchObject({ parent: root.id, accounts: [ids.deleted] });
    expect(unit('Prod')?.parent).toBe(unit('Workloads')?.id);
    expect(unit('Prod')?.id).toBe(prod.id);
    expect(stored.accounts.get(ids.listedOut)?.finished?.optOut).toEqual({
      owner: 'payments@example.com',
      reason: 'freeze',
      until: dateFromNow(400),
    });
    expect(stored.accounts.get(ids.taggedOut)?.finished?.optOut).toBeUndefined();
  });

  it('records the rules and the memory of the keys that it saw', async (context) => {
    const organization = organizationOf(1);
    const rules = {
      maxKeyAgeDays: 0,
      mode: 'deactivate-then-delete',
      deleteAfterDays: 9,
      users: 'all',
    } as const;
    const config = { ...EVERY_KEY, defaults: { ...EVERY_KEY.defaults, rules } };
    const { run } = await onSandbox({ organization, config, context });
    const first = await run();
    const second = await run();
    const plans = [first, second].map(({ run: stored }) => stored.accounts.get('100000000001')?.plan);
    expect(plans[0]).toMatchObject({ remembered: [], rules: { deleteAfterDays: 9 } });
    expect(plans[1]?.remembered).toEqual([
      {
        accessKeyId: plans[0]?.decisions[0]?.accessKeyId,
        inactiveSince: new Date(first.run.started.at),
      },
    ]);
  });

  it('skips the accounts below an OU that could not be listed, and names the call', async (context) => {
    const { organization, ids, config, prod } = tree();
    const { run, sandbox } = await onSandbox({ organization, config, context });
    sandbox.faults.add({
      service: 'organizations',
      call: 'ListAccountsForParent',
      where: { ParentId: prod.id },
      occurrence: 'every',
      kind: 'denied',
    });
    const { run: stored, summary } = await run();
    expect(outcomes(stored)).toMatchObject({
      [ids.swept]: 'denied',
      [ids.taggedOut]: 'denied',
      [ids.deleted]: 'swept',
      [ids.closing]: 'not-active',
      [ids.listedOut]: 'opted-out',
    });
    expect(keysOf(organization, ids.swept)).toEqual(['ada Active']);
    expect(summary.verdict).toBe('incomplete');
  });

  it('skips only the account whose tags cannot be read', async (context) => {
    const organization = organizationOf(3);
    const { run, sandbox } = await onSandbox({ organization, config: TAGGED, context });
    sandbox.faults.add({
      service: 'organizations',
      call: 'ListTagsForResource',
      where: { ResourceId: '100000000002' },
      occurrence: 'every',
      kind: 'denied',
    });
    const { run: stored } = await run();
    expect(outcomes(stored)).toEqual({
      [MANAGEMENT]: 'out-of-scope',
      '100000000001': 'swept',
      '100000000002': 'denied',
      '100000000003': 'swept',
    });
    expect(keysOf(organization, '100000000002')).toEqual(['ada Active']);
  });

  it('skips an account without a state', async (context) => {
    const organization = organizationOf(1);
    const accountFields = { state: false, status: false };
    const { run } = await onSandbox({ organization, sandbox: { accountFields }, context });
    const { run: stored, summary } = await run();
    expect(outcomes(stored)['100000000001']).toBe('failed');
    expect(summary.verdict).toBe('incomplete');
    expect(keysOf(organization, '100000000001')).toEqual(['ada Active']);
  });

  it('writes nothing when the list of accounts fails midway, and has a summary', async (context) => {
    const organization = organizationOf(45);
    const { run, sandbox, store } = await onSandbox({ organization, context });
    sandbox.faults.add({ service: 'organizations', call: 'ListAccounts', occurrence: 2, kind: 'denied' });
    await expect(run()).rejects.toMatchObject({
      failure: { kind: 'denied', call: 'organizations:ListAccounts' },
    });
    expect(sandbox.calls.writes()).toEqual([]);
    expect(sandbox.calls.of('sts', 'AssumeRole')).toEqual([]);
    const [summary = ''] = (await store.list('runs/')).filter((key) => key.endsWith('summary.json'));
    expect(JSON.parse((await store.get(summary)) ?? '')).toMatchObject({
      verdict: 'incomplete',
      problems: [expect.stringContaining('organizations:ListAccounts: AccessDeniedException')],
    });
  });

  it.for(['user', 'role'] as const)(
    'runs as a %s of a delegated administrator account, where tags are read one by one',
    async (as, context) => {
      const organization = new SandboxOrganization();
      const security = organization.addAccount({ id: '222222222222', name: 'security' });
      organization.registerDelegatedAdministrator(security);
      const operator = organization.addUser({
        account: security,
        userName: 'operator',
        keys: [{}],
        policies: [ALLOW_ALL],
      });
      for (const tags of [{}, { keysweep: 'opt-out' }]) {
        const account = organization.addAccount({ tags });
        addRotationRole(organization, account.id, undefined, security.id);
        organization.addUser({ account, ...ADA });
      }
      addRotationRole(organization, security.id);
      const config = {
        ...TAGGED,
        optOuts: [{ account: security.id, owner: 'o', reason: 'r', until: dateFromNow(400) }],
      };
      const { run, sandbox } = await onSandbox({ organization, config, context });
      const key = { accessKeyId: operator.keys[0]?.accessKeyId ?? '', secretAccessKey: 'x' };
      const credentials = as === 'user' ? key : await assume(sandbox, security);
      const { url: endpoint, region } = sandbox;
      const clients = openClients({ endpoint, region, credentials, sockets: 8 });
      const { run: stored, summary } = await run({}, { clients });
      clients.close();
      expect(outcomes(stored)).toEqual({
        [MANAGEMENT]: 'out-of-scope',
        [security.id]: 'opted-out',
        '100000000001': 'swept',
        '100000000002': 'opted-out',
      });
      expect(summary.verdict).toBe('ok');
      expect(stored.started).toMatchObject({ managementAccountId: MANAGEMENT });
      // Once for each account, and once more before the write.
      expect(sandbox.calls.counts()).toMatchObject({ 'organizations:ListTagsForResource': 2 + 1 });
      expect(sandbox.calls.of('tagging', 'GetResources')).toEqual([]);
    },
  );

  it('is denied in any other member account', async (context) => {
    const organization = organizationOf(2);
    const { run, sandbox } = await onSandbox({ organization, context });
    const { url: endpoint, region } = sandbox;
    const credentials = await assume(sandbox, organization.account('100000000002'));
    const clients = openClients({ endpoint, region, credentials, sockets: 8 });
    await expect(run({}, { clients })).rejects.toMatchObject({
      failure: { call: 'organizations:ListAccounts' },
    });
    clients.close();
    expect(sandbox.calls.writes()).toEqual([]);
  });

  it('sends the external ID only if one is configured', async (context) => {
    const organization = new SandboxOrganization();
    for (const externalId of [undefined, 'handshake-1']) {
      const account = organization.addAccount();
      addRotationRole(organization, account.id, externalId);
      organization.addUser({ account, ...ADA });
    }
    const config = {
      ...EVERY_KEY,
      overrides: [{ accounts: ['100000000002'], rotationRole: { externalId: 'handshake-1' } }],
    };
    const { run, sandbox } = await onSandbox({ organization, config, context });
    const { summary } = await run();
    expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 2 } });
    const sent = sandbox.calls
      .of('sts', 'AssumeRole')
      .map(({ account, parameters }) => `${account} ${String(parameters.includes('ExternalId'))}`);
    expect(new Set(sent)).toEqual(new Set(['100000000001 false', '100000000002 true']));
    expect(sandbox.calls.of('iam', 'UpdateAccessKey').map(({ sessionName }) => sessionName)).toEqual([
      `keysweep-${summary.runId}`,
      `keysweep-${summary.runId}`,
    ]);
  });
});

describe.concurrent('a sweep in another partition', () => {
  it.for(['aws-us-gov', 'aws-cn', 'aws-eusc'] as const)('works in %s', async (partition, context) => {
    const organization = new SandboxOrganization({ partition });
    const unit = organization.addOrganizationalUnit('Workloads');
    for (const tags of [{}, { keysweep: 'opt-out' }]) {
      const account = organization.addAccount({ parent: unit, tags });
      addRotationRole(organization, account.id);
      organization.addUser({ account, ...ADA });
    }
    const config: ConfigInput = { ...TAGGED, scope: { organizationalUnits: [unit.id] } };
    const { run, sandbox } = await onSandbox({ organization, config, context });
    const { run: stored, summary } = await run();
    expect(outcomes(stored)).toEqual({
      [MANAGEMENT]: 'out-of-scope',
      '100000000001': 'swept',
      '100000000002': 'opted-out',
    });
    expect(summary.verdict).toBe('ok');
    expect(keysOf(organization, '100000000001')).toEqual(['ada Inactive']);
    expect(stored.started.caller).toMatch(new RegExp(`^arn:${partition}:iam::${MANAGEMENT}:`));
    expect(sandbox.calls.of('iam', 'UpdateAccessKey')[0]?.caller).toBe(
      `arn:${partition}:sts::100000000001:assumed-role/KeysweepRotation/keysweep-${summary.runId}`,
    );
    expect(sandbox.calls.of('organizations', 'ListTagsForResource')).toHaveLength(1);
  });
});
