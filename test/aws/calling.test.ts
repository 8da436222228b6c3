import { CloudFormationClient, ListStackInstancesCommand } from '@aws-sdk/client-cloudformation';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetGroupCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  GetResourcesCommand,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Failure } from '../../src/aws/failure.ts';
import { calling, failureOf, invalidResponse } from '../../src/aws/calling.ts';
import { CallFailedError } from '../../src/aws/errors.ts';
import type { FaultKind } from '../../sandbox/faults/faults.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { SERVICE_NAMES, type ServiceName } from '../../sandbox/wire/service-name.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const failureFrom = async (answer: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await calling('service:Call', answer).catch((thrown: unknown) => thrown);
  if (!(error instanceof CallFailedError)) throw new Error('the call was answered');
  return error.failure;
};

describe('a failed call', () => {
  /** One call of each service; each tries once, so that the first error shows. */
  const send = (
    service: ServiceName,
    abortSignal?: AbortSignal,
    // Short only where no answer comes: on a busy machine others come late.
    requestTimeout = 30_000,
  ): Promise<unknown> => {
    const settings = {
      endpoint: sandbox.url,
      region: sandbox.region,
      credentials: sandbox.credentials,
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({ requestTimeout, throwOnRequestTimeout: true }),
    };
    const options = abortSignal ? { abortSignal } : {};
    switch (service) {
      case 'iam':
        return new IAMClient(settings).send(new GetGroupCommand({ GroupName: 'Developers' }), options);
      case 'sts':
        return new STSClient(settings).send(new GetCallerIdentityCommand({}), options);
      case 'organizations':
        return new OrganizationsClient(settings).send(new ListAccountsCommand({}), options);
      case 'tagging':
        return new ResourceGroupsTaggingAPIClient(settings).send(new GetResourcesCommand({}), options);
      case 's3':
        return new S3Client({ ...settings, forcePathStyle: true }).send(
          new GetObjectCommand({ Bucket: 'ledger', Key: 'a' }),
          options,
        );
      case 'lambda':
        return new LambdaClient(settings).send(
          new GetFunctionConfigurationCommand({ FunctionName: 'any' }),
          options,
        );
      case 'cloudformation':
        return new CloudFormationClient(settings).send(
          new ListStackInstancesCommand({ StackSetName: 'any' }),
          options,
        );
      case 'scheduler':
        return new SchedulerClient(settings).send(new GetScheduleCommand({ Name: 'any' }), options);
      case 'kms':
        return new KMSClient(settings).send(new GetPublicKeyCommand({ KeyId: 'any' }), options);
      case 'states':
        return new SFNClient(settings).send(
          new StartExecutionCommand({
            stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:any',
          }),
          options,
        );
      case 'sns':
        return new SNSClient(settings).send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:eu-central-1:111122223333:any', Message: 'any' }),
          options,
        );
      case 'events':
        return new EventBridgeClient(settings).send(new PutEventsCommand({ Entries: [{}] }), options);
      case 'securityhub':
        return new SecurityHubClient(settings).send(
          new BatchImportFindingsCommand({ Findings: [] }),
          options,
        );
      case 'ses':
        return new SESv2Client(settings).send(
          new SendEmailCommand({
            Content: { Simple: { Subject: { Data: 'a' }, Body: { Text: { Data: 'a' } } } },
          }),
          options,
        );
    }
  };
  const KINDS: readonly [FaultKind, Failure['kind']][] = [
    ['throttle', 'throttled'],
    ['denied', 'denied'],
    ['internal-error', 'failed'],
    ['unavailable', 'failed'],
    ['expired-token', 'failed'],
    ['timeout', 'failed'],
    ['reset', 'failed'],
    ['garbled', 'failed'],
    ['truncated', 'failed'],
  ];
  // The body of an S3 object is a stream that is not read here, so it cannot be garbled.
  const table = SERVICE_NAMES.flatMap((service) =>
    KINDS.map(([fault, kind]) => [service, fault, kind] as const),
  ).filter(([service, fault]) => service !== 's3' || (fault !== 'garbled' && fault !== 'truncated'));

  it.each(table)('of %s, %s, is %s', async (service, kind, expected) => {
    sandbox.faults.add({ service, kind, occurrence: 'every' });
    const failure = await failureFrom(send(service, undefined, kind === 'timeout' ? 500 : undefined));
    expect(sandbox.faults.fired).toBe(1);
    expect(failure).toMatchObject({ kind: expected, call: 'service:Call' });
    expect(failure.code).not.toBe('');
    expect(failure.message).not.toBe('');
  });

  it.each([
    ['aborted before it is sent', () => AbortSignal.abort()],
    ['aborted in flight', () => AbortSignal.timeout(50)],
  ])('that is %s is not-reached', async (_, signal) => {
    sandbox.faults.add({ service: 'iam', kind: 'slow', milliseconds: 120, occurrence: 'every' });
    expect(await failureFrom(send('iam', signal()))).toMatchObject({
      kind: 'not-reached',
      code: 'Deadline',
      message: 'the run was stopped, or ran out of time, before AWS answered',
    });
  });

  it('to a closed port says so', async () => {
    const client = new STSClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: sandbox.credentials,
      maxAttempts: 1,
    });
    const failure = await failureFrom(client.send(new GetCallerIdentityCommand({})));
    expect(failure).toMatchObject({ kind: 'failed', code: 'ECONNREFUSED' });
  });
});

describe('the kind of a failure', () => {
  const named = (name: string): Error => Object.assign(new Error('no'), { name });

  it.each([
    ...['Throttling', 'ThrottlingException', 'ThrottledException', 'TooManyRequestsException'].map(
      (name) => [name, 'throttled'] as const,
    ),
    ...['RequestLimitExceeded', 'SlowDown'].map((name) => [name, 'throttled'] as const),
    ...['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'UnauthorizedException'].map(
      (name) => [name, 'denied'] as const,
    ),
    ['AuthorizationError', 'denied'],
    ['NoSuchEntityException', 'failed'],
    ['AccessDeniedForSomethingElse', 'failed'],
  ] as const)('%s is %s', (name, kind) => {
    expect(failureOf('iam:GetGroup', named(name))).toEqual({
      kind,
      call: 'iam:GetGroup',
      code: name,
      message: 'no',
    });
  });

  it('is throttled for any error with status 429', () => {
    const error = Object.assign(named('Whatever'), { $metadata: { httpStatusCode: 429 } });
    expect(failureOf('iam:GetGroup', error).kind).toBe('throttled');
  });

  it.each([['a text'], [undefined], [{ name: 'AccessDenied' }]])('is failed for a thrown %j', (thrown) => {
    expect(failureOf('iam:GetGroup', thrown)).toMatchObject({ kind: 'failed', code: 'Unknown' });
  });

  it('stays the same when the failure is passed on', () => {
    const first = invalidResponse('iam:GetGroup', 'RepeatedToken', 'again');
    expect(failureOf('keysweep', first)).toBe(first.failure);
  });

  it('comes with the call, the code, the message and the cause', async () => {
    const cause = named('AccessDenied');
    const error: unknown = await calling('iam:GetGroup', Promise.reject(cause)).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ message: 'iam:GetGroup: AccessDenied: no', cause });
  });
});
