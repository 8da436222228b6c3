import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL, type PolicyDocument } from '../../sandbox/policy/document.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { parseConfig } from '../../src/config/load.ts';
import { deployableConfig, lockOf } from '../support/deployable-config.ts';
import { GUIDE, JSON_BLOCKS, SCP } from './deployment-guide.ts';
import { allOf, synthesised, textOf } from './synthesised.ts';

describe('the deployment guide', () => {
  const stackset = synthesised(deployableConfig());
  const direct = synthesised(deployableConfig({ deployment: { memberRoles: 'direct' } }), lockOf(1));

  it.each([...new Set([...stackset.keys(), ...direct.keys()])])('names the stack %s', (name) => {
    expect(GUIDE).toContain(`\`${name}\``);
  });

  it.each(
    allOf(stackset.get('keysweep-rotator'), 'aws_cloudwatch_metric_alarm').map((alarm) =>
      textOf(alarm, 'alarm_name'),
    ),
  )('explains the alarm %s', (name) => {
    const row = GUIDE.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
    expect(row).toBeDefined();
    // `last` may be a notice or a plan instead of the sweep of the alarm.
    expect(row).not.toContain('keysweep show last`');
  });

  it.each(JSON_BLOCKS.filter((json) => json !== SCP).map((json) => [json]))(
    'has settings that are valid: %s',
    (json) => {
      const groups = { defaults: { groups: ['Developers'] } };
      const config = JSON.stringify({ ...groups, ...(JSON.parse(json) as object) });
      expect(() => parseConfig(config, 'accounts.json')).not.toThrow();
    },
  );
});

describe('the service control policy of the guide', () => {
  const TRUST: PolicyDocument = {
    Statement: { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  };
  const STACK_SET = 'stacksets-exec-0123456789abcdef';
  const EXEMPT = [STACK_SET, 'OrganizationAccountAccessRole'];
  let sandbox: Sandbox;
  let account: string;
  beforeAll(async () => {
    const organization = new SandboxOrganization();
    account = organization.addAccount({ name: 'member' }).id;
    organization.putScp(organization.root, JSON.parse(SCP) as PolicyDocument);
    for (const roleName of ['KeysweepRotation', 'Administrator', STACK_SET]) {
      organization.addRole({ account, roleName, trust: TRUST, policies: { all: ALLOW_ALL } });
    }
    sandbox = await startSandbox({ organization });
  });
  afterAll(() => sandbox.close());

  async function as(roleName: string): Promise<IAMClient> {
    const { url: endpoint, region, credentials } = sandbox;
    const command = new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/${roleName}`,
      RoleSessionName: 'test',
    });
    const { Credentials: session } = await new STSClient({ endpoint, region, credentials }).send(command);
    return new IAMClient({
      endpoint,
      region,
      credentials: {
        accessKeyId: session?.AccessKeyId ?? '',
        secretAccessKey: session?.SecretAccessKey ?? '',
        sessionToken: session?.SessionToken ?? '',
      },
    });
  }

  const RoleName = 'KeysweepRotation';
  const PolicyDocument = JSON.stringify(ALLOW_ALL);

  const denied = 'explicit deny in a service control policy';

  it('denies an administrator changes of the rotation role', async () => {
    const iam = await as('Administrator');
    await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toThrow(denied);
    await expect(iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }))).rejects.toThrow(
      denied,
    );
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument })),
    ).rejects.toThrow(denied);
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(TRUST) })),
    ).rejects.toThrow(denied);
    await expect(iam.send(new GetRoleCommand({ RoleName }))).resolves.toBeDefined();
  });

  it('denies the administrator a rotation role with a path', async () => {
    const iam = await as('Administrator');
    const role = { RoleName, Path: '/security/', AssumeRolePolicyDocument: JSON.stringify(TRUST) };
    await expect(iam.send(new CreateRoleCommand(role))).rejects.toThrow(denied);
  });

  it.each([
    ['stacksets-exec-mine', '/'],
    ['mine', '/stacksets-exec-/'],
    ['OrganizationAccountAccessRole', '/'],
    ['KeysweepRotation', '/'],
  ])('denies the administrator to create the exempt role %s in %s', async (name, Path) => {
    const iam = await as('Administrator');
    const role = { RoleName: name, Path, AssumeRolePolicyDocument: JSON.stringify(TRUST) };
    await expect(iam.send(new CreateRoleCommand(role))).rejects.toThrow(denied);
  });

  it.each(EXEMPT)('denies the administrator to assume the exempt role %s', async (name) => {
    const iam = await as('Administrator');
    const trust = { RoleName: name, PolicyDocument: JSON.stringify(TRUST) };
    await expect(iam.send(new UpdateAssumeRolePolicyCommand(trust))).rejects.toThrow(denied);
  });

  it('protects every role that it exempts', () => {
    const { Statement: statements } = JSON.parse(SCP) as {
      Statement: { Resource: string[]; Condition: { ArnNotLike: { 'aws:PrincipalArn': string[] } } }[];
    };
    for (const { Resource, Condition } of statements)
      expect(Resource).toEqual(expect.arrayContaining(Condition.ArnNotLike['aws:PrincipalArn']));
  });

  it.each(EXEMPT)('lets %s change it', async (name) => {
    const iam = await as(name);
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument })),
    ).resolves.toBeDefined();
  });

  it('allows the administrator to change other roles', async () => {
    const iam = await as('Administrator');
    const other = { RoleName: 'Administrator', PolicyName: 'more', PolicyDocument };
    await expect(iam.send(new PutRolePolicyCommand(other))).resolves.toBeDefined();
  });
});
