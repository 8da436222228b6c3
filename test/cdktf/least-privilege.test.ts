import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { memberPermissions, memberTrust } from '../../src/deployment/member-role.ts';
import type { PolicyDocument } from '../../src/deployment/policy-document.ts';
import { rotatorPermissions } from '../../cdktf/permissions/rotator-role.ts';
import { openClients, type Clients } from '../../src/aws/clients.ts';
import { MODES } from '../../src/config/schema.ts';
import { OWN_ROLE_ACTIONS } from '../../src/aws/session-policy.ts';
import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { runStep } from '../../src/batches/run-step.ts';
import { requestExecution } from '../../src/batches/execution.ts';
import { parseStep } from '../../src/batches/step.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { channelsOf } from '../../src/publish/channels.ts';
import { notifyAndRecord } from '../../src/publish/notify-and-record.ts';
import { importFindings } from '../../src/rotator/import-findings.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { describeKeys } from '../../src/sweep/leak/describe-keys.ts';
import { revokeLeaked } from '../../src/sweep/leak/revoke-leaked.ts';
import { runSweep, type SweepRequest } from '../../src/sweep/run.ts';
import { applyUndo } from '../../src/sweep/undo/apply-undo.ts';
import { planUndo } from '../../src/sweep/undo/plan-undo.ts';
import { play } from '../batches/playing.ts';
import { deployableConfig } from '../support/deployable-config.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });

/**
 * Sweeps with exactly the deployed roles, on the sandbox, which enforces their policies and trusts.
 */

const ROTATOR = 'keysweep-rotator';
const ROTATION = 'KeysweepRotation';
const DAY = 24 * 60 * 60 * 1000;

interface Deployed {
  readonly sandbox: Sandbox;
  readonly config: DeployableConfig;
  /** An account whose keys are deactivated. */
  readonly account: string;
}

type Mode = (typeof MODES)[number];
type Credentials = Sandbox['credentials'] & { readonly sessionToken?: string };

/** Accounts that need every kind of call, and the roles of `npm run deploy`. */
async function deploy(
  tagIndexLagDays: number,
  engine: 'lambda' | 'step-functions' = 'lambda',
  modes: readonly [Mode, Mode] = ['deactivate-then-delete', 'delete'],
): Promise<Deployed> {
  const organization = new SandboxOrganization();
  const unit = organization.addOrganizationalUnit('Workloads');
  const [account, deleting, optedOut] = ['deactivating', 'deleting', 'opted out'].map((name) =>
    organization.addAccount({ name, parent: unit }),
  );
  if (!account || !deleting || !optedOut) throw new Error('no accounts');
  organization.tagAccount(optedOut, { keysweep: 'opt-out' });
  for (const holder of [account, deleting]) {
    const groups = ['Developers'];
    organization.addUser({
      account: holder,
      userName: 'ada',
      groups,
      keys: [{}, {}],
      console: true,
      tags: MAIL_TAG,
    });
    organization.addUser({ account: holder, userName: 'robot', groups, keys: [{}] });
    const tags = { keysweep: 'exempt' };
    organization.addUser({ account: holder, userName: 'spared', groups, keys: [{}], console: true, tags });
  }
  const config = deployableConfig({
    config: {
      defaults: { armed: true, groups: ['Developers'], rules: { mode: modes[0] } },
      overrides: [
        { organizationalUnits: [unit.id], rules: { maxKeyAgeDays: 1 } },
        { accounts: [deleting.id], rules: { mode: modes[1] } },
      ],
      notices: { topic: {}, mail: { from: 'keysweep@example.com', userTag: 'email', perSecond: 1000 } },
      report: { securityHub: true },
      leaks: { mode: 'revoke' },
    },
    deployment: { account: organization.managementAccount.id, organizationId: organization.id, engine },
  });
  makeRoles(organization, config);
  const { ledgerBucket, ledgerKeyAliasArn } = deploymentNames(config.deployment);
  organization.addBucket(ledgerBucket).versioning = 'Enabled';
  organization.addSigningKey(ledgerKeyAliasArn);
  const sandbox = await startSandbox({ organization, tagIndex: { lagMilliseconds: tagIndexLagDays * DAY } });
  return { sandbox, config, account: account.id };
}

function makeRoles(organization: SandboxOrganization, config: DeployableConfig): void {
  for (const { id } of organization.accounts.list()) {
    const permissions = memberPermissions(config, 'aws', id);
    organization.addRole({
      account: id,
      roleName: ROTATION,
      trust: memberTrust(config),
      policies: { keysweep: permissions },
    });
  }
  makeRotator(organization, ROTATOR, rotatorPermissions(config));
}

/** On the sandbox the account assumes the rotator's role, instead of Lambda. */
function makeRotator(organization: SandboxOrganization, roleName: string, permissions: PolicyDocument): void {
  const account = organization.managementAccount;
  const principal = { AWS: `arn:aws:iam::${account.id}:root` };
  const trust = { Statement: { Effect: 'Allow' as const, Principal: principal, Action: 'sts:AssumeRole' } };
  organization.addRole({ account, roleName, trust, policies: { keysweep: permissions } });
}

async function assume(
  { url: endpoint, region }: Sandbox,
  credentials: Credentials,
  roleArn: string,
  sessionName = 'keysweep-rotator',
): Promise<Credentials> {
  const sts = new STSClient({ endpoint, region, credentials });
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
  );
  return {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
}

const roleArn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

function asRotator({ sandbox, config }: Deployed): Promise<Credentials> {
  return assume(sandbox, sandbox.credentials, roleArn(config.deployment.account, ROTATOR));
}

const MAIL_TAG = { email: 'ada@example.com' };

/** Sends notices as the Lambda does, on every channel, and imports findings. */
async function tell(
  runId: string,
  { config, sandbox }: Deployed,
  clients: ReturnType<typeof openClients>,
): Promise<void> {
  const channels = channelsOf(config);
  const { ledgerUrl } = deploymentNames(config.deployment);
  const store = openStore(ledgerUrl, clients, config, () => sandbox.clock.now());
  const notifier = {
    channels,
    clients: clients.notices(channels.region),
    timezone: 'UTC',
    signal: new AbortController().signal,
    pause: () => Promise.resolve(),
    now: () => sandbox.clock.now(),
  };
  await notifyAndRecord(
    runId,
    store,
    notifier,
    (told) => {
      expect(told.filter(({ type }) => type === 'notice-failed')).toEqual([]);
    },
    (run) => importFindings(run, { config, clients, store }, notifier),
  );
}

async function openAsRotator(deployed: Deployed): Promise<Clients> {
  const { url: endpoint, region } = deployed.sandbox;
  return openClients({ endpoint, region, credentials: await asRotator(deployed), sockets: 16 });
}

function dependenciesOf({ sandbox, config }: Deployed, clients: Clients): RunDependencies {
  const never = new AbortController().signal;
  const now = (): Date => sandbox.clock.now();
  return {
    config,
    clients,
    store: openStore(deploymentNames(config.deployment).ledgerUrl, clients, config, now),
    deadline: deadlineOn(never, never),
    progress: () => undefined,
    now,
    random: () => 'abc',
    host: 'lambda',
  };
}

/** An undo of a run, by the same session. */
async function undo(deployed: Deployed, runId: string): Promise<RunSummary> {
  const clients = await openAsRotator(deployed);
  try {
    const dependencies = dependenciesOf(deployed, clients);
    const run = await readRun(dependencies.store, runId);
    return await applyUndo(planUndo(run, {}, new Map()), 30, dependencies);
  } finally {
    clients.close();
  }
}

/** A sweep with the rotator's session, and the ledger in its bucket. */
async function sweep(
  deployed: Deployed,
  request: Pick<SweepRequest, 'mode' | 'noticeFor'> = { mode: 'sweep' },
): Promise<RunSummary> {
  const clients = await openAsRotator(deployed);
  try {
    const summary = await runSweep({ ...request, filters: {} }, dependenciesOf(deployed, clients));
    await tell(summary.runId, deployed, clients);
    return summary;
  } finally {
    clients.close();
  }
}

function giveNotice(deployed: Deployed): Promise<RunSummary> {
  const noticeFor = new Date(deployed.sandbox.clock.now().getTime() + DAY).toISOString();
  return sweep(deployed, { mode: 'plan', noticeFor });
}

/** Deactivates a key that was reported, and says whose it is, as the Lambda for leaked keys does. */
async function revoke(deployed: Deployed): Promise<void> {
  const clients = await openAsRotator(deployed);
  const [key] = deployed.sandbox.organization.user(deployed.account, 'robot').keys;
  try {
    const ids = [key?.accessKeyId ?? ''];
    const dependencies = dependenciesOf(deployed, clients);
    const { summary } = await revokeLeaked(ids, { reason: 'public' }, dependencies);
    expect(summary?.verdict).toBe('ok');
    const { keys } = await describeKeys(ids, dependencies);
    expect(keys).toMatchObject([{ owner: 'robot', status: 'Inactive', path: { length: 2 } }]);
  } finally {
    clients.close();
  }
}

/** The same with the engine step-functions: started in the state machine, then executed step by step. */
async function sweepInSteps(deployed: Deployed): Promise<RunSummary> {
  const { sandbox, config } = deployed;
  const credentials = await asRotator(deployed);
  const clients = openClients({ endpoint: sandbox.url, region: sandbox.region, credentials, sockets: 16 });
  const never = new AbortController().signal;
  const { ledgerUrl, stateMachineArn } = deploymentNames(config.deployment);
  const dependencies = {
    config,
    clients,
    store: openStore(ledgerUrl, clients, config, () => sandbox.clock.now()),
    deadline: deadlineOn(never, never),
    now: () => sandbox.clock.now(),
  };
  const StartTime = sandbox.clock.now().toISOString();
  try {
    const start = { mode: 'sweep', scheduledFor: StartTime } as const;
    const { execution } = await requestExecution(
      clients.sfn(),
      { stateMachineArn, start, requestId: 'request' },
      never,
    );
    const take = (event: unknown) => runStep(parseStep(event), 1, dependencies);
    const summary = await play(take, { Name: execution, StartTime }, start);
    await tell(summary.runId, deployed, clients);
    return summary;
  } finally {
    clients.close();
  }
}

/** Calls with a different name than their action. */
const ACTION_OF: Record<string, string> = {
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListObjectsV2': 's3:ListBucket',
  'tagging:GetResources': 'tag:GetResources',
};

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permissions are
 * required.
 */
const NEEDS_NO_PERMISSION = 'sts:GetCallerIdentity';

/** The sandbox logs it as GetObject: of a version, after a memory was changed. */
const OF_VERSIONS = ['s3:GetObjectVersion'];

/** Somebody else stores the memory of an account. */
function changeMemory({ sandbox, config, account }: Deployed): string {
  const bucket = sandbox.organization.buckets.get(deploymentNames(config.deployment).ledgerBucket);
  const stored = bucket?.objects.get(`ledger/accounts/${account}.json`);
  if (!bucket || !stored) throw new Error('there is no memory');
  const modifiedAt = sandbox.clock.milliseconds();
  bucket.put({ ...stored, body: Buffer.from('{"keys":{}}'), headers: {}, modifiedAt });
  return `accounts/${account}.json in the ledger was changed by something else than keysweep`;
}

/** Lambda writes logs and dead letters with the role's permissions; the sandbox has neither. */
const BY_LAMBDA = ['logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:SendMessage'];

/** Whether AWS has put a user in quarantine. */
const BY_UNDO = 'iam:ListAttachedUserPolicies';

/** Part of AssumeRole. That it was used, the calls of the rotation role show. */
const NO_CALL = 'sts:SetSourceIdentity';

function actionsOf(sandboxes: readonly Sandbox[], role: string): string[] {
  const calls = sandboxes.flatMap(({ calls: { all } }) =>
    all.filter(({ caller }) => caller.includes(`:assumed-role/${role}/`)),
  );
  const actions = calls.map(({ service, call }) => ACTION_OF[`${service}:${call}`] ?? `${service}:${call}`);
  return [...new Set(actions)].filter((action) => action !== NEEDS_NO_PERMISSION).toSorted();
}

const allowedBy = ({ Statement: statements }: PolicyDocument) =>
  statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action)
    .toSorted();

describe('the deployed roles', () => {
  let deployments: Deployed[];
  let summaries: RunSummary[];
  let later: RunSummary[];
  let afterChange: RunSummary[];
  let named: string[];
  function eightDaysLater(): Promise<RunSummary[]> {
    for (const { sandbox } of deployments) sandbox.clock.advance(8 * DAY);
    return Promise.all(deployments.map((one) => sweep(one)));
  }
  beforeAll(async () => {
    // In the second, the tagging API does not know the tags yet, so each account's tags are read.
    deployments = [await deploy(0), await deploy(365)];
    await Promise.all(deployments.map(giveNotice));
    summaries = await Promise.all(deployments.map((one) => sweep(one)));
    await Promise.all(deployments.map(revoke));
    later = await eightDaysLater();
    named = deployments.map(changeMemory);
    // The third run removes the lock file of the first.
    afterChange = await eightDaysLater();
  });
  afterAll(() => Promise.all(deployments.map(({ sandbox }) => sandbox.close())));

  it('let a sweep do everything', () => {
    for (const summary of summaries) {
      expect(summary).toMatchObject({ verdict: 'ok', accounts: { swept: 2, 'opted-out': 1 } });
      expect(summary.keys).toMatchObject({ deactivated: 2, deleted: 2, failed: 0 });
    }
    // Deactivated keys are deleted a week later.
    for (const summary of later)
      expect(summary).toMatchObject({ verdict: 'ok', keys: { deleted: 2, failed: 0 } });
  });

  it('let a sweep read what it stored before somebody changed it', () => {
    for (const [index, { verdict, problems, accounts }] of afterChange.entries()) {
      expect({ verdict, problems }).toEqual({
        verdict: 'incomplete',
        problems: [expect.stringContaining(named[index] ?? '')],
      });
      expect(accounts).not.toHaveProperty('failed');
    }
  });

  it('allow the rotator exactly the calls of a sweep', () => {
    const [first] = deployments;
    const allowed = allowedBy(rotatorPermissions((first as Deployed).config));
    const made = actionsOf(
      deployments.map(({ sandbox }) => sandbox),
      ROTATOR,
    );
    expect([...made, ...OF_VERSIONS, ...BY_LAMBDA, NO_CALL].toSorted()).toEqual(allowed);
  });

  it('let the rotator say who it is with every call in an account, and call as keysweep only', async () => {
    const [deployed] = deployments as [Deployed];
    const { all } = deployed.sandbox.calls;
    const inAccounts = all.filter(({ caller }) => caller.includes(`:assumed-role/${ROTATION}/`));
    expect(inAccounts.length).toBeGreaterThan(20);
    for (const { sourceIdentity, sessionName } of inAccounts)
      expect({ sourceIdentity, sessionName }).toEqual({
        sourceIdentity: 'keysweep-rotator',
        sessionName: expect.stringMatching(/^keysweep-\d/) as string,
      });
    const rotator = await asRotator(deployed);
    const role = roleArn(deployed.account, ROTATION);
    await expect(assume(deployed.sandbox, rotator, role, 'somebody')).rejects.toThrow('not authorized');
  });

  it('allow exactly the configured channels, and mails only from the configured sender to its domain', () => {
    const { config } = (deployments as [Deployed])[0];
    const quiet = {
      ...config,
      notices: { ...config.notices, events: false, topic: undefined, mail: undefined },
    };
    const channels = ['events:PutEvents', 'ses:SendEmail', 'sns:Publish'];
    const allowed = allowedBy(rotatorPermissions(config));
    expect(allowed).toEqual([...allowedBy(rotatorPermissions(quiet)), ...channels].toSorted());
    const mails = rotatorPermissions(config).Statement.find(({ Sid }) => Sid === 'SendMails');
    const ses = `arn:aws:ses:${config.deployment.region}:${config.deployment.account}`;
    expect(mails?.Resource).toEqual([`${ses}:identity/*`, `${ses}:configuration-set/*`]);
    expect(mails?.Condition).toEqual({
      StringEquals: { 'ses:FromAddress': 'keysweep@example.com' },
      'ForAllValues:StringLike': { 'ses:Recipients': ['*@example.com'] },
    });
  });

  it('allow imports of findings only where report.securityHub says so, by the account itself', () => {
    const { config } = (deployments as [Deployed])[0];
    const { account, region } = config.deployment;
    const without = { ...config, report: { ...config.report, securityHub: false } };
    const IMPORT = 'securityhub:BatchImportFindings';
    expect([...allowedBy(rotatorPermissions(without)), IMPORT].toSorted()).toEqual(
      allowedBy(rotatorPermissions(config)),
    );
    const imports = rotatorPermissions(config).Statement.find(({ Sid }) => Sid === 'ImportFindings');
    expect(imports?.Resource).toEqual([
      `arn:aws:securityhub:${region}:${account}:product/${account}/default`,
    ]);
  });

  it('name the owner of a key, and send dead letters, only with leaks', () => {
    const { config } = (deployments as [Deployed])[0];
    const ofLeaks = ['sqs:SendMessage', 'sts:GetAccessKeyInfo'];
    const without = rotatorPermissions({ ...config, leaks: undefined });
    expect([...allowedBy(without), ...ofLeaks].toSorted()).toEqual(allowedBy(rotatorPermissions(config)));
    expect(JSON.stringify(without)).not.toContain('leaks');
  });

  it('allow the rotation role exactly the calls of a sweep in an account', () => {
    const [first] = deployments;
    const { config, account } = first as Deployed;
    const allowed = allowedBy(memberPermissions(config, 'aws', account));
    const made = actionsOf(
      deployments.map(({ sandbox }) => sandbox),
      ROTATION,
    );
    // Doctor needs the others: test/doctor/permissions.test.ts
    expect([...made, ...OWN_ROLE_ACTIONS, BY_UNDO].toSorted()).toEqual(allowed);
  });
});

describe('the role of the rotator with the engine step-functions', () => {
  let deployments: Deployed[];
  let summaries: RunSummary[];
  let afterChange: RunSummary[];
  let named: string[];
  beforeAll(async () => {
    deployments = [await deploy(0, 'step-functions'), await deploy(365, 'step-functions')];
    await Promise.all(deployments.map(giveNotice));
    summaries = await Promise.all(deployments.map(sweepInSteps));
    await Promise.all(deployments.map(revoke));
    await Promise.all(deployments.map(sweepInSteps));
    named = deployments.map(changeMemory);
    // The third run removes the lock file of the first.
    afterChange = await Promise.all(deployments.map(sweepInSteps));
  });
  afterAll(() => Promise.all(deployments.map(({ sandbox }) => sandbox.close())));

  it('allows exactly the calls of starting a run and executing its steps', () => {
    for (const summary of summaries)
      expect(summary).toMatchObject({ verdict: 'ok', keys: { deactivated: 2, deleted: 2, failed: 0 } });
    for (const [index, { problems }] of afterChange.entries())
      expect(problems).toEqual([expect.stringContaining(named[index] ?? '')]);
    const sandboxes = deployments.map(({ sandbox }) => sandbox);
    const [first] = deployments as [Deployed];
    expect([...actionsOf(sandboxes, ROTATOR), ...OF_VERSIONS, ...BY_LAMBDA, NO_CALL].toSorted()).toEqual(
      allowedBy(rotatorPermissions(first.config)),
    );
  });
});

describe('the rotation role where no mode deletes', () => {
  let deployed: Deployed;
  beforeAll(async () => {
    deployed = await deploy(0, 'lambda', ['deactivate', 'deactivate']);
  });
  afterAll(() => deployed.sandbox.close());

  it('may do exactly what a sweep and its undo do, and cannot delete a key', async () => {
    await giveNotice(deployed);
    const swept = await sweep(deployed);
    expect(swept).toMatchObject({ verdict: 'ok', keys: { deactivated: 4, failed: 0 } });
    const undone = await undo(deployed, swept.runId);
    expect(undone).toMatchObject({ verdict: 'ok', keys: { reactivated: 4, failed: 0 } });
    const allowed = allowedBy(memberPermissions(deployed.config, 'aws', deployed.account));
    const made = actionsOf([deployed.sandbox], ROTATION);
    expect(made).toContain(BY_UNDO);
    // Asked only for a key that cannot be found where it was.
    const forLostKeys = 'iam:GetAccessKeyLastUsed';
    expect([...made, ...OWN_ROLE_ACTIONS, forLostKeys].toSorted()).toEqual(allowed);
    expect(allowed).not.toContain('iam:DeleteAccessKey');
  });
});

describe('the rotation role', () => {
  let deployed: Deployed;
  beforeAll(async () => {
    deployed = await deploy(0);
  });
  afterAll(() => deployed.sandbox.close());

  async function inAccount(): Promise<IAMClient> {
    const { sandbox, account } = deployed;
    const credentials = await assume(sandbox, await asRotator(deployed), roleArn(account, ROTATION));
    return new IAMClient({ endpoint: sandbox.url, region: sandbox.region, credentials });
  }

  const keyOf = (userName: string) =>
    deployed.sandbox.organization.keysOf(deployed.account).find(({ user }) => user.userName === userName)
      ?.accessKeyId ?? '';

  it.each([
    [
      'deactivate',
      (key: string) =>
        new UpdateAccessKeyCommand({ UserName: 'spared', AccessKeyId: key, Status: 'Inactive' }),
    ],
    ['delete', (key: string) => new DeleteAccessKeyCommand({ UserName: 'spared', AccessKeyId: key })],
  ])('cannot %s the key of a user with the exempt tag, whatever the code says', async (_, command) => {
    const iam = await inAccount();
    const key = keyOf('spared');
    await expect(iam.send(command(key) as UpdateAccessKeyCommand)).rejects.toThrow(
      'explicit deny in an identity-based policy',
    );
    expect(keyOf('spared')).toBe(key);
  });

  it('can deactivate the key of a user without that tag', async () => {
    const iam = await inAccount();
    const command = new UpdateAccessKeyCommand({
      UserName: 'robot',
      AccessKeyId: keyOf('robot'),
      Status: 'Inactive',
    });
    await expect(iam.send(command)).resolves.toBeDefined();
  });

  it('cannot create a key', async () => {
    const iam = await inAccount();
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: 'ada' }))).rejects.toThrow('not authorized');
  });

  it('trusts the rotator after its role was recreated', async () => {
    const { organization } = deployed.sandbox;
    const { roles } = organization.managementAccount;
    const role = roles.get(ROTATOR);
    if (role) roles.remove(role);
    makeRotator(organization, ROTATOR, rotatorPermissions(deployed.config));
    await expect(inAccount()).resolves.toBeDefined();
  });

  it('trusts no other role of the account, not even one that may assume everything', async () => {
    const { sandbox, config, account } = deployed;
    const anything = {
      Version: '2012-10-17' as const,
      Statement: [{ Sid: 'All', Effect: 'Allow' as const, Action: ['*'], Resource: ['*'] }],
    };
    makeRotator(sandbox.organization, 'somebody-else', anything);
    const credentials = await assume(
      sandbox,
      sandbox.credentials,
      roleArn(config.deployment.account, 'somebody-else'),
    );
    await expect(assume(sandbox, credentials, roleArn(account, ROTATION))).rejects.toThrow('not authorized');
  });
});
