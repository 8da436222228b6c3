import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateOrganizationCommand,
  DescribeOrganizationCommand,
  EnableAWSServiceAccessCommand,
} from '@aws-sdk/client-organizations';
import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseConfig } from '../../src/config/load.ts';
import {
  deploymentNames,
  HOURLY_CHECKS,
  isDeployable,
  NOTICE_EVENT,
  STACK_SETS_SERVICE,
  SWEEP_EVENT,
} from '../../src/deployment/names.ts';
import { memberPermissions, memberTrust } from '../../src/deployment/member-role.ts';
import { borrowMoto, type Moto } from '../emulators/moto.ts';
import { pythonEnvironment } from '../emulators/python.ts';
import {
  createAccount,
  createGroups,
  createSigningKey,
  enter,
  plainClients,
  present,
  rootOf,
} from '../emulators/seeding.ts';
import { keysweep } from '../support/keysweep-process.ts';

/* Doctor on an emulator that we did not write. It has no Lambda, because moto makes one only with Docker. */

const REGION = 'us-east-1';
const WEEK = 'cron(55 23 ? * FRI *)';

interface Finding {
  readonly status: string;
  readonly check: string;
  readonly subject: string;
  readonly summary: string;
}

describe.skipIf((await pythonEnvironment()) === undefined)('doctor on moto', { timeout: 60_000 }, () => {
  let moto: Moto;
  let folder: string;
  let organizationId: string;
  let withoutRole: string;

  /** An organization of which one account has the deployed role, and one has none. */
  beforeAll(async () => {
    moto = present(await borrowMoto());
    folder = await mkdtemp(join(tmpdir(), 'keysweep-'));
    const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
    const endpoint = { url: moto.url, region: REGION, credentials };
    const { organizations, s3 } = plainClients(endpoint);
    await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const { Organization } = await organizations.send(new DescribeOrganizationCommand({}));
    organizationId = present(Organization?.Id);
    const account = present(Organization?.MasterAccountId);
    await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: STACK_SETS_SERVICE }));
    const text = JSON.stringify({
      optOutTag: false,
      schedule: { expression: WEEK, timezone: 'Europe/Berlin' },
      defaults: { armed: true, groups: ['Developers'] },
      deployment: { account, organizationId, region: REGION },
    });
    await writeFile(join(folder, 'accounts.json'), text);
    const config = parseConfig(text, 'accounts.json');
    if (!isDeployable(config)) throw new Error('no deployment');
    const names = deploymentNames(config.deployment);

    const root = await rootOf(organizations);
    const withRole = await createAccount(organizations, { name: 'with-role', root });
    withoutRole = await createAccount(organizations, { name: 'without-role', root });
    const { iam } = await enter(endpoint, withRole);
    await createGroups(iam, 'Developers');
    const role = { RoleName: config.rotationRole.name };
    const trust = JSON.stringify(memberTrust(config));
    await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust }));
    const permissions = JSON.stringify(memberPermissions(config, 'aws', withRole));
    await iam.send(
      new PutRolePolicyCommand({ ...role, PolicyName: 'keysweep', PolicyDocument: permissions }),
    );

    await createSigningKey(endpoint, names.ledgerKeyAlias);
    const Bucket = names.ledgerBucket;
    await s3.send(new CreateBucketCommand({ Bucket }));
    const closed = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: closed }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    const scheduler = new SchedulerClient({ endpoint: moto.url, region: REGION, credentials });
    await scheduler.send(new CreateScheduleGroupCommand({ Name: names.scheduleGroupName }));
    const schedules = [
      { Name: names.scheduleName, ScheduleExpression: WEEK, zone: 'Europe/Berlin', event: SWEEP_EVENT },
      { Name: names.noticeScheduleName, ScheduleExpression: HOURLY_CHECKS.expression, event: NOTICE_EVENT },
    ];
    for (const { zone, event, ...schedule } of schedules) {
      await scheduler.send(
        new CreateScheduleCommand({
          ...schedule,
          ...(zone !== undefined && { ScheduleExpressionTimezone: zone }),
          GroupName: names.scheduleGroupName,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn: names.functionArn,
            RoleArn: `arn:aws:iam::${account}:role/${names.schedulerRoleName}`,
            Input: JSON.stringify(event),
            DeadLetterConfig: { Arn: names.deadLetterQueueArn },
          },
        }),
      );
    }
  }, 120_000);

  afterAll(async () => {
    await moto.close();
    await rm(folder, { recursive: true });
  });

  it('reports what is missing there, and nothing else', async () => {
    const { code, stdout, stderr } = await keysweep(
      ['doctor', '--json', '--config', join(folder, 'accounts.json')],
      moto.environment(),
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const { findings, schedule } = JSON.parse(stdout) as {
      findings: readonly Finding[];
      schedule: { nextSweeps: readonly string[] };
    };
    const complaints = findings
      .filter(({ status }) => status !== 'ok')
      .map(({ status, check, subject }) => `${status} ${check}, ${subject}`);
    expect(complaints).toEqual([
      // moto's caller is a user.
      'warning caller, your credentials',
      // moto lets everybody assume any role, even one that does not exist.
      `unknown role, ${withoutRole} (without-role)`,
      `warning groups, ${withoutRole} (without-role)`,
      'problem function, Lambda keysweep-rotator',
      'problem stack-set, StackSet keysweep-member-roles',
      'problem schedule, schedule keysweep/keysweep-watchdog',
    ]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        status: 'ok',
        summary: 'readable; the role is as deployed',
      }),
    );
    expect(schedule.nextSweeps).toHaveLength(3);
  });
});
