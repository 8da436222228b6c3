import { ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  ListAWSServiceAccessForOrganizationCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetBucketVersioningCommand, GetPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf } from '../support/sdk-clients.ts';

const REGION = 'eu-central-1';
const NOW = new Date('2026-11-24T10:00:00Z');

describe('deployed resources', () => {
  const organization = new SandboxOrganization({ now: NOW });
  const member = organization.addAccount({ id: '111122223333' });
  let sandbox: Sandbox;

  const settings = () => ({
    endpoint: sandbox.url,
    region: REGION,
    credentials: sandbox.credentials,
    maxAttempts: 1,
  });
  const lambda = () => new LambdaClient(settings());
  const scheduler = () => new SchedulerClient(settings());

  beforeAll(async () => {
    organization.putFunction(organization.managementAccount, REGION, {
      functionName: 'rotator',
      runtime: 'nodejs24.x',
      handler: 'lambda.handler',
      timeoutSeconds: 900,
      memoryMegabytes: 1769,
      environment: { KEYSWEEP_LEDGER: 's3://ledger' },
      maximumRetryAttempts: 0,
    });
    organization.putSchedule(organization.managementAccount, REGION, {
      name: 'sweep',
      groupName: 'keysweep',
      expression: 'rate(7 days)',
      timezone: 'Europe/Berlin',
      targetArn: 'arn:aws:lambda:eu-central-1:999999999999:function:rotator',
      input: '{"mode":"sweep"}',
      createdDaysAgo: 1,
    });
    organization.putStateMachine(organization.managementAccount, REGION, { name: 'run' });
    organization.enableServiceAccess('member.org.stacksets.cloudformation.amazonaws.com');
    organization.addRole({
      account: member,
      roleName: 'Many',
      trust: ALLOW_ALL,
      policies: { one: ALLOW_ALL, two: ALLOW_ALL, three: ALLOW_ALL },
      attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    });
    organization.addBucket('versioned').versioning = 'Enabled';
    organization.addBucket('open').blocksPublicAccess = false;
    sandbox = await startSandbox({ organization, pages: { maximumSize: 2 } });
  });
  afterAll(() => sandbox.close());

  it('include a function with its settings, in its Region only', async () => {
    const configuration = await lambda().send(
      new GetFunctionConfigurationCommand({ FunctionName: 'rotator' }),
    );
    expect(configuration).toMatchObject({
      FunctionArn: 'arn:aws:lambda:eu-central-1:999999999999:function:rotator',
      Runtime: 'nodejs24.x',
      Handler: 'lambda.handler',
      Timeout: 900,
      Environment: { Variables: { KEYSWEEP_LEDGER: 's3://ledger' } },
      State: 'Active',
    });
    const retries = await lambda().send(new GetFunctionEventInvokeConfigCommand({ FunctionName: 'rotator' }));
    expect(retries.MaximumRetryAttempts).toBe(0);
    const elsewhere = new LambdaClient({ ...settings(), region: 'eu-west-1' });
    expect(
      await errorOf(elsewhere.send(new GetFunctionConfigurationCommand({ FunctionName: 'rotator' }))),
    ).toMatchObject({ code: 'ResourceNotFoundException', status: 404 });
  });

  it('include a schedule with its target', async () => {
    const schedule = await scheduler().send(new GetScheduleCommand({ Name: 'sweep', GroupName: 'keysweep' }));
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(7 days)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      State: 'ENABLED',
      CreationDate: new Date('2026-11-23T10:00:00Z'),
      Target: { Input: '{"mode":"sweep"}' },
    });
    expect(await errorOf(scheduler().send(new GetScheduleCommand({ Name: 'sweep' })))).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Schedule sweep does not exist.',
    });
  });

  it('include a state machine with its status', async () => {
    const sfn = new SFNClient(settings());
    const arn = (name: string) => `arn:aws:states:${REGION}:999999999999:stateMachine:${name}`;
    const found = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn('run') }));
    expect(found).toMatchObject({ name: 'run', status: 'ACTIVE', type: 'STANDARD', creationDate: NOW });
    const other = sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn('other') }));
    expect(await errorOf(other)).toMatchObject({ code: 'StateMachineDoesNotExist', status: 400 });
  });

  it('are denied without permission, in a message that names the action', async () => {
    const credentials = await assume(sandbox, member, undefined, {
      Policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] }),
    });
    const client = new SchedulerClient({ ...settings(), credentials });
    expect(await errorOf(client.send(new GetScheduleCommand({ Name: 'sweep' })))).toMatchObject({
      code: 'AccessDeniedException',
      status: 403,
      message: expect.stringContaining('scheduler:GetSchedule') as string,
    });
  });

  it('include trusted access of a service', async () => {
    const client = new OrganizationsClient(settings());
    const answer = await client.send(new ListAWSServiceAccessForOrganizationCommand({}));
    expect(answer.EnabledServicePrincipals).toMatchObject([
      { ServicePrincipal: 'member.org.stacksets.cloudformation.amazonaws.com' },
    ]);
  });

  it('include the policies of a role, in pages', async () => {
    const { iam } = clientsOf(sandbox, await assume(sandbox, member));
    const first = await iam.send(new ListRolePoliciesCommand({ RoleName: 'Many' }));
    expect(first).toMatchObject({ PolicyNames: ['one', 'three'], IsTruncated: true });
    const rest = await iam.send(new ListRolePoliciesCommand({ RoleName: 'Many', Marker: first.Marker }));
    expect(rest).toMatchObject({ PolicyNames: ['two'], IsTruncated: false });
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'Many' }));
    expect(attached.AttachedPolicies).toEqual([
      { PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    ]);
  });

  it('include versioning and the public access block of a bucket', async () => {
    const { s3 } = clientsOf(sandbox);
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'versioned' }))).Status).toBe('Enabled');
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket: 'open' }))).Status).toBeUndefined();
    const { PublicAccessBlockConfiguration: block } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: 'versioned' }),
    );
    expect(Object.values(block ?? {})).toEqual([true, true, true, true]);
    expect(await errorOf(s3.send(new GetPublicAccessBlockCommand({ Bucket: 'open' })))).toMatchObject({
      code: 'NoSuchPublicAccessBlockConfiguration',
    });
  });
});
