import { GetGroupCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';

import { identifyCaller } from '../../src/aws/caller.ts';
import { openClients } from '../../src/aws/clients.ts';
import { failureOf } from '../../src/aws/calling.ts';
import { describeOrganization } from '../../src/organization/describe.ts';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { onSandbox, organizationOf } from '../support/sweeping.ts';

const SIGNAL = new AbortController().signal;
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };

describe('the clients', () => {
  it('share one HTTP handler', () => {
    const clients = openClients({ region: 'eu-central-1', credentials: CREDENTIALS, sockets: 7 });
    const iam = clients.iam(() => Promise.resolve(CREDENTIALS));
    const { sts, organizations, s3 } = clients;
    const handlers = [sts, organizations, s3, clients.tagging(), iam].map(
      ({ config }) => config.requestHandler,
    );
    expect(new Set(handlers).size).toBe(1);
    clients.close();
  });

  it('give each account a rate of its own, and shared services more attempts', async () => {
    const clients = openClients({ region: 'eu-central-1', credentials: CREDENTIALS, sockets: 7 });
    const one = clients.iam(() => Promise.resolve(CREDENTIALS));
    const other = clients.iam(() => Promise.resolve(CREDENTIALS));
    expect(await one.config.retryStrategy()).toMatchObject({ mode: 'adaptive' });
    expect(await clients.sts.config.retryStrategy()).toMatchObject({ mode: 'adaptive' });
    expect(await one.config.retryStrategy()).not.toBe(await other.config.retryStrategy());
    const [shared, own] = await Promise.all([clients.sts.config.maxAttempts(), one.config.maxAttempts()]);
    expect(shared).toBeGreaterThan(own);
    clients.close();
  });

  it.each([
    ['eu-central-1', 'us-east-1'],
    ['us-gov-east-1', 'us-gov-west-1'],
    ['cn-north-1', 'cn-northwest-1'],
    ['eusc-de-east-1', 'eusc-de-east-1'],
  ])('of %s read account tags in %s', async (region, home) => {
    const clients = openClients({ region, credentials: CREDENTIALS, sockets: 7 });
    expect(await clients.tagging().config.region()).toBe(home);
    clients.close();
  });

  it('reach the European Sovereign Cloud at its own endpoints', () => {
    const hosts: string[] = [];
    const Region = 'eusc-de-east-1';
    const clients = openClients({ region: Region, credentials: CREDENTIALS, sockets: 7 });
    const { sts, organizations, s3 } = clients;
    for (const { config } of [sts, organizations, s3, clients.tagging(), clients.kms(Region)])
      hosts.push(config.endpointProvider({ Region }).url.host);
    const iam = clients.iam(() => Promise.resolve(CREDENTIALS));
    hosts.push(iam.config.endpointProvider({ Region }).url.host);
    const services = ['sts', 'organizations', 's3', 'tagging', 'kms', 'iam'];
    expect(hosts).toEqual(services.map((service) => `${service}.eusc-de-east-1.amazonaws.eu`));
    clients.close();
  });

  it('send no call with an aborted signal', async () => {
    const { sandbox, dependencies } = await onSandbox({ organization: organizationOf(0) });
    const { clients } = dependencies();
    await clients.sts.send(new GetCallerIdentityCommand({}), { abortSignal: SIGNAL });
    const iam = clients.iam(() => Promise.resolve(sandbox.credentials));
    sandbox.calls.reset();
    const call = iam.send(new GetGroupCommand({ GroupName: 'a' }), { abortSignal: AbortSignal.abort() });
    expect(failureOf('iam:GetGroup', await call.catch((error: unknown) => error)).kind).toBe('not-reached');
    expect(sandbox.calls.all).toEqual([]);
  });
});

describe('the caller', () => {
  it.each(['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const)(
    'of partition %s has its account, ARN and organization',
    async (partition) => {
      const organization = new SandboxOrganization({ partition, managementAccountId: '999999999998' });
      const { dependencies } = await onSandbox({ organization });
      const { clients } = dependencies();
      expect(await identifyCaller(clients.sts, SIGNAL)).toMatchObject({
        accountId: '999999999998',
        arn: `arn:${partition}:iam::999999999998:user/sandbox-administrator`,
        partition,
      });
      expect(await describeOrganization(clients.organizations, SIGNAL)).toEqual({
        id: organization.id,
        managementAccountId: '999999999998',
      });
    },
  );
});
