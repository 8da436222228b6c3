import { describe, expect, it } from 'vitest';
import type { AccountsLock } from '../../src/config/accounts-lock.ts';
import { updateAccountsLock } from '../../src/config/accounts-lock.ts';
import { combinations } from './combinations.ts';
import { CENTRAL_ACCOUNT, deployableConfig, lockOf, ORGANIZATION } from '../support/deployable-config.ts';
import { allOf, documentOf, type Json, type JsonObject, only, synthesised, textOf } from './synthesised.ts';

const LEDGER = 'keysweep-ledger';
const ROTATOR = 'keysweep-rotator';
const MEMBERS = 'keysweep-member-roles';

const KEY = `arn:aws:kms:eu-central-1:${CENTRAL_ACCOUNT}:key/1111-2222`;

const stacks = synthesised(deployableConfig());

const alarm = (from: typeof stacks, name: string) =>
  allOf(from.get(ROTATOR), 'aws_cloudwatch_metric_alarm').find(
    ({ alarm_name: alarmName }) => alarmName === name,
  );

function scheduleNamed(name: string, from: typeof stacks): JsonObject {
  const found = allOf(from.get(ROTATOR), 'aws_scheduler_schedule').find((one) => one.name === name);
  if (!found) throw new Error(`no schedule ${name}`);
  return found;
}

const eventOf = (schedule: JsonObject): Json =>
  JSON.parse(textOf(schedule.target as JsonObject, 'input')) as Json;

describe('the rotator', () => {
  it('is an arm64 Node 24 function with the maximum timeout', () => {
    expect(only(stacks.get(ROTATOR), 'aws_lambda_function')).toMatchObject({
      function_name: 'keysweep-rotator',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'lambda.handler',
      timeout: 900,
      memory_size: 1769,
      environment: {
        variables: {
          KEYSWEEP_LEDGER: `s3://keysweep-ledger-${CENTRAL_ACCOUNT}-eu-central-1/ledger`,
          POWERTOOLS_SERVICE_NAME: 'keysweep',
          POWERTOOLS_METRICS_NAMESPACE: 'keysweep',
        },
      },
    });
  });

  it('reserves no concurrency, which a new account may not have', () => {
    expect(only(stacks.get(ROTATOR), 'aws_lambda_function')).not.toHaveProperty(
      'reserved_concurrent_executions',
    );
  });

  it('is not retried by Lambda after a failure', () => {
    expect(only(stacks.get(ROTATOR), 'aws_lambda_function_event_invoke_config').maximum_retry_attempts).toBe(
      0,
    );
  });

  it('writes to a log group with a retention', () => {
    expect(only(stacks.get(ROTATOR), 'aws_cloudwatch_log_group')).toMatchObject({
      name: '/aws/lambda/keysweep-rotator',
      retention_in_days: 400,
    });
  });
});

describe('the schedule', () => {
  const config = { schedule: { expression: 'cron(0 20 ? * SUN *)', timezone: 'Europe/Berlin' } };

  it('starts the sweep at the configured time and time zone', () => {
    const schedule = scheduleNamed('keysweep-sweep', synthesised(deployableConfig({ config })));
    expect(schedule).toMatchObject({
      schedule_expression: 'cron(0 20 ? * SUN *)',
      schedule_expression_timezone: 'Europe/Berlin',
      flexible_time_window: { mode: 'OFF' },
    });
    expect(eventOf(schedule)).toEqual({ mode: 'sweep', scheduledTime: '<aws.scheduler.scheduled-time>' });
  });

  it('checks every hour for due notices and missed sweeps', () => {
    for (const mode of ['notice', 'watchdog']) {
      const hourly = scheduleNamed(`keysweep-${mode}`, stacks);
      expect(hourly).toMatchObject({
        schedule_expression: 'cron(17 * * * ? *)',
        flexible_time_window: { mode: 'OFF' },
      });
      expect(eventOf(hourly)).toMatchObject({ mode, scheduledTime: '<aws.scheduler.scheduled-time>' });
    }
    expect(eventOf(scheduleNamed('keysweep-notice', stacks))).toHaveProperty('ifDue', true);
  });

  it('has no notice schedule if noticeHours is 0 or false', () => {
    for (const noticeHours of [0, false] as const) {
      const made = synthesised(deployableConfig({ config: { schedule: { noticeHours } } })).get(ROTATOR);
      const names = allOf(made, 'aws_scheduler_schedule').map(({ name }) => name);
      expect(names.toSorted()).toEqual(['keysweep-sweep', 'keysweep-watchdog']);
    }
  });

  it('uses the configured flexible window', () => {
    const flexible = synthesised(deployableConfig({ deployment: { flexibleWindowMinutes: 30 } }));
    expect(scheduleNamed('keysweep-sweep', flexible).flexible_time_window).toEqual({
      mode: 'FLEXIBLE',
      maximum_window_in_minutes: 30,
    });
  });

  it('sends failed deliveries to an encrypted queue', () => {
    const targets = allOf(stacks.get(ROTATOR), 'aws_scheduler_schedule').map(
      ({ target }) => target as JsonObject,
    );
    expect(targets).toHaveLength(3);
    for (const target of targets)
      expect(target.dead_letter_config).toEqual({ arn: '${aws_sqs_queue.dead-letters.arn}' });
    expect(only(stacks.get(ROTATOR), 'aws_sqs_queue').sqs_managed_sse_enabled).toBe(true);
  });
});

describe('what is easily forgotten', () => {
  const TLS_ONLY = {
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const retries = { retry_policy: { maximum_retry_attempts: 10, maximum_event_age_in_seconds: 3600 } };
  const alarmed = { ok_actions: ['${aws_sns_topic.alarms.arn}'] };

  it.each<[string, string, string, object]>([
    [
      'maximum age of an event',
      ROTATOR,
      'aws_lambda_function_event_invoke_config',
      { maximum_event_age_in_seconds: 3600 },
    ],
    ['retries of deliveries', ROTATOR, 'aws_scheduler_schedule', { target: retries }],
    ['retention of dead letters', ROTATOR, 'aws_sqs_queue', { message_retention_seconds: 1_209_600 }],
    ['notification of a recovered alarm', ROTATOR, 'aws_cloudwatch_metric_alarm', alarmed],
    ['rotation of the KMS key', ROTATOR, 'aws_kms_key', { enable_key_rotation: true }],
    [
      'ownership of the records',
      LEDGER,
      'aws_s3_bucket_ownership_controls',
      { rule: { object_ownership: 'BucketOwnerEnforced' } },
    ],
  ])('is configured: %s', (_, stack, type, settings) => {
    const found = allOf(stacks.get(stack), type);
    expect(found.length).toBeGreaterThan(0);
    for (const resource of found) expect(resource).toMatchObject(settings);
  });

  it('is configured: TLS for queue and topic, and only alarms on the topic', () => {
    expect(documentOf(only(stacks.get(ROTATOR), 'aws_sqs_queue_policy'), 'policy').Statement).toMatchObject([
      { ...TLS_ONLY, Action: ['sqs:SendMessage'] },
    ]);
    expect(documentOf(only(stacks.get(ROTATOR), 'aws_sns_topic_policy'), 'policy').Statement).toMatchObject([
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: ['sns:Publish'],
        Condition: { StringEquals: { 'aws:SourceAccount': CENTRAL_ACCOUNT } },
      },
      { ...TLS_ONLY, Action: ['sns:Publish'] },
    ]);
  });
});

describe('the alarms', () => {
  it.each([
    ['keysweep-sweep-failed', 'AWS/Lambda', 'Errors', 'notBreaching'],
    ['keysweep-accounts-not-covered', 'keysweep', 'AccountsNotCovered', 'notBreaching'],
    ['keysweep-stopped-by-limit', 'keysweep', 'StoppedByLimit', 'notBreaching'],
    ['keysweep-notices-failed', 'keysweep', 'NoticesFailed', 'notBreaching'],
    ['keysweep-not-delivered', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'notBreaching'],
    ['keysweep-sweep-did-not-run', 'keysweep', 'SweepMissed', 'ignore'],
    ['keysweep-watchdog-did-not-run', 'keysweep', 'SweepMissed', 'breaching'],
  ])('%s watches %s %s', (name, namespace, metric, missing) => {
    expect(alarm(stacks, name)).toMatchObject({
      namespace,
      metric_name: metric,
      treat_missing_data: missing,
      alarm_actions: ['${aws_sns_topic.alarms.arn}'],
    });
  });

  it('are only these', () => {
    expect(allOf(stacks.get(ROTATOR), 'aws_cloudwatch_metric_alarm')).toHaveLength(7);
  });

  it.each([
    ['keysweep-sweep-failed', ['last-sweep', 'last-plan']],
    ['keysweep-accounts-not-covered', ['last-sweep']],
    ['keysweep-stopped-by-limit', ['last-sweep']],
    ['keysweep-notices-failed', ['last-plan', 'last-sweep']],
  ])('%s names the run to check: a notice or a plan may be the last one', (name, runs) => {
    const description = textOf(alarm(stacks, name) ?? {}, 'alarm_description');
    expect(description.match(/\blast\b[\w-]*/g)).toEqual(expect.arrayContaining(runs));
    expect(description).not.toMatch(/\blast\b(?!-)/);
  });

  it('notify every subscriber', () => {
    const notifications = [
      { protocol: 'email' as const, endpoint: 'security@example.com' },
      { protocol: 'email' as const, endpoint: 'security.@example.com' },
      { protocol: 'https' as const, endpoint: 'https://example.com/alarms' },
    ];
    const rotator = synthesised(deployableConfig({ deployment: { notifications } })).get(ROTATOR);
    const endpoints = allOf(rotator, 'aws_sns_topic_subscription').map(({ endpoint }) => endpoint);
    expect(endpoints.toSorted()).toEqual(notifications.map(({ endpoint }) => endpoint).toSorted());
  });

  it('may invoke a function that subscribes, and need no permission for others', () => {
    const functions = ['function:on-call', 'function:on-call:live'].map((name) => ({
      protocol: 'lambda' as const,
      endpoint: `arn:aws:lambda:eu-central-1:${CENTRAL_ACCOUNT}:${name}`,
    }));
    const queue = {
      protocol: 'sqs' as const,
      endpoint: `arn:aws:sqs:eu-central-1:${CENTRAL_ACCOUNT}:alarms`,
    };
    const notifications = [...functions, queue];
    const rotator = synthesised(deployableConfig({ deployment: { notifications } })).get(ROTATOR);
    const invocation = {
      action: 'lambda:InvokeFunction',
      function_name: 'on-call',
      principal: 'sns.amazonaws.com',
      source_arn: '${aws_sns_topic.alarms.arn}',
    };
    const permissions = allOf(rotator, 'aws_lambda_permission').filter(
      ({ principal }) => principal === 'sns.amazonaws.com',
    );
    expect(permissions).toHaveLength(2);
    expect(permissions).toContainEqual(expect.objectContaining({ ...invocation, qualifier: 'live' }));
    expect(permissions.filter((permission) => !('qualifier' in permission))).toMatchObject([invocation]);
    expect(new Set(permissions.map(({ statement_id: id }) => id)).size).toBe(2);
  });

  it('are encrypted with a key that CloudWatch may use', () => {
    expect(only(stacks.get(ROTATOR), 'aws_sns_topic').kms_master_key_id).toBe(
      '${aws_kms_key.alarms-key.arn}',
    );
    const policy = documentOf(only(stacks.get(ROTATOR), 'aws_kms_key'), 'policy');
    expect(policy.Statement[1]).toMatchObject({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    });
  });
});

describe('the notices', () => {
  const topic = { subscribers: [{ protocol: 'email' as const, endpoint: 'people@example.com' }] };
  const noticed = synthesised(deployableConfig({ config: { notices: { topic } } })).get(ROTATOR);

  it('have their own topic with its subscribers, if configured', () => {
    const names = allOf(noticed, 'aws_sns_topic').map(({ name }) => name);
    expect(names.toSorted()).toEqual(['keysweep-alarms', 'keysweep-notices']);
    expect(allOf(noticed, 'aws_sns_topic_subscription')).toMatchObject([
      { topic_arn: '${aws_sns_topic.notices.arn}', endpoint: 'people@example.com' },
    ]);
    expect(noticed?.resource?.aws_sns_topic?.notices).toMatchObject({ kms_master_key_id: 'alias/aws/sns' });
  });

  it('have no topic otherwise', () => {
    expect(allOf(stacks.get(ROTATOR), 'aws_sns_topic')).toHaveLength(1);
  });
});

describe('the ledger', () => {
  const ledger = stacks.get(LEDGER);

  it('is versioned and private', () => {
    expect(only(ledger, 'aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
    expect(only(ledger, 'aws_s3_bucket_public_access_block')).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });

  it('denies access without TLS', () => {
    const policy = documentOf(only(ledger, 'aws_s3_bucket_policy'), 'policy');
    expect(policy.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it.each([
    [undefined, 'AES256'],
    [KEY, 'aws:kms'],
  ])('is encrypted with the key %s as %s', (kmsKeyArn, algorithm) => {
    const config = deployableConfig({ deployment: kmsKeyArn === undefined ? {} : { kmsKeyArn } });
    const encryption = only(
      synthesised(config).get(LEDGER),
      'aws_s3_bucket_server_side_encryption_configuration',
    );
    expect(JSON.stringify(encryption.rule)).toContain(`"sse_algorithm":"${algorithm}"`);
    expect(encryption.rule).toMatchObject([{ blocked_encryption_types: ['SSE-C'] }]);
  });

  it('is signed with a key that only keysweep signs with, and that the account administers', () => {
    const operator = `arn:aws:iam::${CENTRAL_ACCOUNT}:role/Security`;
    const made = synthesised(deployableConfig({ deployment: { operators: [operator] } })).get(LEDGER);
    const key = only(made, 'aws_kms_key');
    expect(key).toMatchObject({
      customer_master_key_spec: 'ECC_NIST_P256',
      key_usage: 'SIGN_VERIFY',
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
    expect(only(made, 'aws_kms_alias')).toMatchObject({ name: 'alias/keysweep-ledger' });
    const rotator = `arn:aws:iam::${CENTRAL_ACCOUNT}:role/keysweep-rotator`;
    expect(documentOf(key, 'policy').Statement).toEqual([
      expect.objectContaining({ Sid: 'Administration', Action: ['kms:*'] }),
      {
        Sid: 'OnlyKeysweepSigns',
        Effect: 'Deny',
        Principal: '*',
        Action: ['kms:Sign'],
        Resource: ['*'],
        Condition: { ArnNotLike: { 'aws:PrincipalArn': [rotator, operator] } },
      },
    ]);
  });

  it.each([false, true])('survives destroy unless configured (deleteOnDestroy: %s)', (deleteOnDestroy) => {
    const config = deployableConfig({ deployment: { ledger: { deleteOnDestroy } } });
    expect(only(synthesised(config).get(LEDGER), 'aws_s3_bucket')).toMatchObject({
      force_destroy: deleteOnDestroy,
      lifecycle: { prevent_destroy: !deleteOnDestroy },
    });
  });
});

describe('every stack', () => {
  // Only the combinations that matter here.
  const alike = /delegated|managementAccount|organizationalUnits|externalId/;
  const all = combinations()
    .filter(({ name }) => !alike.test(name))
    .map((one) => ({ ...one, stacks: synthesised(one.config, one.lock) }));

  it('is checked in thirty-two combinations', () => {
    expect(all).toHaveLength(32);
  });

  it('requires a Terraform with lock files', () => {
    for (const { stacks: made } of all)
      for (const stack of made.values()) expect(stack.terraform?.required_version).toBe('>= 1.10');
  });

  it('tags StackSet and rotation role like everything else', () => {
    for (const { config, stacks: made } of all) {
      for (const stackSet of allOf(made.get(MEMBERS), 'aws_cloudformation_stack_set')) {
        const tags = { 'keysweep:deployment': 'keysweep', ...config.deployment.tags };
        expect(stackSet.tags).toEqual(tags);
        const template = JSON.parse(textOf(stackSet, 'template_body')) as {
          Resources: { RotationRole: { Properties: { Tags: Json } } };
        };
        expect(template.Resources.RotationRole.Properties.Tags).toEqual(
          Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        );
      }
    }
  });

  it('rejects credentials of another account, and tags everything', () => {
    for (const { config, stacks: made } of all) {
      for (const stack of made.values()) {
        for (const provider of stack.provider?.aws ?? []) {
          const account =
            'alias' in provider ? textOf(provider, 'alias').replace('account_', '') : CENTRAL_ACCOUNT;
          expect(provider.allowed_account_ids).toEqual([account]);
          const tags = { 'keysweep:deployment': 'keysweep', ...config.deployment.tags };
          expect(provider.default_tags).toEqual([{ tags }]);
        }
      }
    }
  });

  it('reads no other stack', () => {
    for (const { stacks: made } of all)
      expect(JSON.stringify([...made.values()])).not.toContain('terraform_remote_state');
  });

  it('stores its state beside cdktf.json, or in S3 with a lock file', () => {
    for (const { config, stacks: made } of all) {
      for (const [name, stack] of made) {
        expect(stack.terraform?.backend).toMatchObject(
          config.deployment.state === undefined
            ? { local: { path: `../../../terraform.${name}.tfstate` } }
            : {
                s3: {
                  bucket: 'terraform-state',
                  key: `keysweep/${name}.tfstate`,
                  encrypt: true,
                  use_lockfile: true,
                },
              },
        );
      }
    }
  });

  it('gives every role the boundary that is asked for', () => {
    for (const { config, stacks: made } of all) {
      const roles = [...made.values()].flatMap((stack) => allOf(stack, 'aws_iam_role'));
      const boundaries = roles.map((role) =>
        'permissions_boundary' in role
          ? textOf(role, 'permissions_boundary').replace(/^.*:policy\//, '')
          : undefined,
      );
      expect(new Set(boundaries)).toEqual(new Set([config.deployment.permissionsBoundary]));
    }
  });
});

describe('the member roles by StackSet', () => {
  it('come to accounts that are created tomorrow and go with those that leave', () => {
    expect(only(stacks.get(MEMBERS), 'aws_cloudformation_stack_set')).toMatchObject({
      permission_model: 'SERVICE_MANAGED',
      call_as: 'SELF',
      auto_deployment: { enabled: true, retain_stacks_on_account_removal: false },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      lifecycle: { ignore_changes: ['administration_role_arn'] },
    });
  });

  it('go to the whole organization unless it is narrowed', () => {
    expect(only(stacks.get(MEMBERS), 'aws_cloudformation_stack_set_instance').deployment_targets).toEqual({
      organizational_unit_ids: ['${data.aws_organizations_organization.organization.roots[0].id}'],
    });
  });

  it('go to each configured OU by a resource of its own, so that one more OU touches no other', () => {
    const units = ['ou-ab12-11111111', 'ou-ab12-22222222'];
    const narrowed = synthesised(deployableConfig({ config: { scope: { organizationalUnits: units } } })).get(
      MEMBERS,
    );
    expect(
      allOf(narrowed, 'aws_cloudformation_stack_set_instance').map(
        ({ deployment_targets: targets }) => targets,
      ),
    ).toEqual(units.map((unit) => ({ organizational_unit_ids: [unit] })));
    expect(narrowed?.data).toBeUndefined();
  });

  it('are deployed to the rest when one account fails', () => {
    expect(only(stacks.get(MEMBERS), 'aws_cloudformation_stack_set_instance').operation_preferences).toEqual({
      concurrency_mode: 'SOFT_FAILURE_TOLERANCE',
      failure_tolerance_percentage: 90,
      max_concurrent_percentage: 100,
    });
  });

  it('fit into a template', () => {
    const body = textOf(only(stacks.get(MEMBERS), 'aws_cloudformation_stack_set'), 'template_body');
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    expect(body.length).toBeLessThan(51_200);
  });

  it("hold the management account's as an ordinary resource where it is in scope", () => {
    const config = deployableConfig({ config: { scope: { managementAccount: true } } });
    expect(only(synthesised(config).get(MEMBERS), 'aws_iam_role').name).toBe('KeysweepRotation');
    expect(allOf(stacks.get(MEMBERS), 'aws_iam_role')).toEqual([]);
  });

  it('are deployed as a delegated administrator if the account is one', () => {
    const stack = synthesised(deployableConfig({ deployment: { delegatedAdministrator: true } })).get(
      MEMBERS,
    );
    expect(only(stack, 'aws_cloudformation_stack_set').call_as).toBe('DELEGATED_ADMIN');
    expect(only(stack, 'aws_cloudformation_stack_set_instance').call_as).toBe('DELEGATED_ADMIN');
  });
});

describe('the member roles by Terraform', () => {
  const direct = (lock: AccountsLock) =>
    synthesised(deployableConfig({ deployment: { memberRoles: 'direct' } }), lock);

  it('are in stacks of at most ten accounts', () => {
    const made = direct(lockOf(25));
    expect([...made.keys()].filter((name) => name.startsWith(MEMBERS))).toEqual(
      [1, 2, 3].map((number) => `${MEMBERS}-00${number}`),
    );
    const sizes = [...made.values()].map(
      (stack) => stack.provider?.aws?.filter(({ alias }) => alias !== undefined).length,
    );
    expect(Math.max(...sizes.map(Number))).toBe(10);
  });

  it('are deployed through the role that Organizations created in the account', () => {
    const stack = direct(lockOf(1)).get(`${MEMBERS}-001`);
    expect(stack?.provider?.aws?.[1]).toMatchObject({
      alias: 'account_200000000000',
      assume_role: [{ role_arn: 'arn:aws:iam::200000000000:role/OrganizationAccountAccessRole' }],
    });
    expect(only(stack, 'aws_iam_role').provider).toBe('aws.account_200000000000');
    expect(only(stack, 'aws_iam_role_policy').provider).toBe('aws.account_200000000000');
  });

  it('keep the provider of an account whose role is removed', () => {
    const lock = lockOf(2);
    const [first] = lock.accounts;
    const without = updateAccountsLock(lock, ORGANIZATION, lock.accounts.slice(1), false);
    const stack = direct(without).get(`${MEMBERS}-001`);
    expect(stack?.provider?.aws?.map(({ alias }) => alias)).toContain(`account_${String(first?.id)}`);
    expect(allOf(stack, 'aws_iam_role')).toHaveLength(1);
  });

  it('need no provider for the account of Terraform', () => {
    const lock = updateAccountsLock(
      undefined,
      ORGANIZATION,
      [{ id: CENTRAL_ACCOUNT, name: 'central' }],
      false,
    );
    const stack = direct(lock).get(`${MEMBERS}-001`);
    expect(stack?.provider?.aws).toHaveLength(1);
    expect(only(stack, 'aws_iam_role')).not.toHaveProperty('provider');
  });

  it('have the permissions and trust of the StackSet', () => {
    const config = deployableConfig({ deployment: { memberRoles: 'direct' } });
    const made = synthesised(config, lockOf(1)).get(`${MEMBERS}-001`);
    const template = JSON.parse(
      textOf(only(stacks.get(MEMBERS), 'aws_cloudformation_stack_set'), 'template_body').replaceAll(
        '$${',
        '${',
      ),
    ) as { Resources: { RotationRole: { Properties: JsonObject } } };
    const role = template.Resources.RotationRole.Properties;
    expect(role.AssumeRolePolicyDocument).toEqual(
      documentOf(only(made, 'aws_iam_role'), 'assume_role_policy'),
    );
    const [policy] = role.Policies as { PolicyDocument: Json }[];
    const filledIn = JSON.stringify(policy?.PolicyDocument)
      .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1')
      .replaceAll('${AWS::AccountId}', '200000000000');
    expect(JSON.parse(filledIn)).toEqual(documentOf(only(made, 'aws_iam_role_policy'), 'policy'));
  });
});
