import { ListUsersCommand } from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListRootsCommand,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { IAMClient } from '@aws-sdk/client-iam';
import { Agent } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { delayFor } from '../../sandbox/faults/latency.ts';
import { isInShare } from '../../sandbox/faults/account-share.ts';
import { Throttling } from '../../sandbox/faults/throttling.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { assume, clientsOf, errorOf } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
const start = async (options: SandboxOptions) => {
  sandbox = await startSandbox(options);
  return clientsOf(sandbox);
};
afterEach(() => sandbox.close());

/** Sends `count` calls at once: the number of those admitted, and the error codes of the others. */
async function burst(count: number, call: () => Promise<unknown>) {
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      call().then(
        () => '',
        (error: unknown) => (error as Error).name,
      ),
    ),
  );
  return {
    admitted: answers.filter((answer) => answer === '').length,
    codes: new Set(answers.filter(Boolean)),
  };
}

describe('token buckets', () => {
  it('have the documented limits of Organizations', async () => {
    const { organizations } = await start({ throttles: 'documented' });
    const roots = await burst(4, () => organizations.send(new ListRootsCommand({})));
    expect(roots.admitted).toBeGreaterThanOrEqual(2);
    expect(roots.admitted).toBeLessThan(4);
    expect([...roots.codes]).toEqual(['TooManyRequestsException']);
    const accounts = await burst(20, () => organizations.send(new ListAccountsCommand({})));
    expect(accounts.admitted).toBeGreaterThanOrEqual(12);
    expect(accounts.admitted).toBeLessThan(20);
  });

  it('refill', async () => {
    const throttles = [{ service: 'organizations', perAccount: { rate: 3, burst: 1 } }] as const;
    const { organizations } = await start({ throttles });
    const describeIt = () => organizations.send(new DescribeOrganizationCommand({}));
    await describeIt();
    expect((await errorOf(describeIt())).code).toBe('TooManyRequestsException');
    await new Promise((resolve) => setTimeout(resolve, 450));
    await describeIt();
  });

  it('are per account or per organization', async () => {
    await start({
      throttles: [
        { service: 'iam', perAccount: { rate: 0.001, burst: 2 } },
        { service: 'sts', calls: ['GetCallerIdentity'], perOrganization: { rate: 0.001, burst: 3 } },
      ],
    });
    const clients = [];
    for (let n = 0; n < 2; n += 1) {
      clients.push(clientsOf(sandbox, await assume(sandbox, sandbox.organization.addAccount())));
    }
    for (const { iam } of clients) {
      const users = await burst(3, () => iam.send(new ListUsersCommand({})));
      expect([users.admitted, ...users.codes]).toEqual([2, 'Throttling']);
    }
    let admitted = 0;
    for (const { sts } of clients) {
      admitted += (await burst(3, () => sts.send(new GetCallerIdentityCommand({})))).admitted;
    }
    expect(admitted).toBe(3);
  });

  it('can throttle a share of the accounts, always the same ones', async () => {
    await start({});
    const throttling = new Throttling([
      { service: 'iam', share: 0.2, perAccount: { rate: 0.001, burst: 1 } },
    ]);
    const ids = Array.from({ length: 1000 }, (_, n) => String(100_000_000_000 + n));
    const admitted = ids.filter((id) => throttling.admits('iam', 'GetGroup', id));
    expect(admitted).toEqual(ids);
    const refused = ids.filter((id) => !throttling.admits('iam', 'GetGroup', id));
    expect(refused).toEqual(ids.filter((id) => isInShare(id, 0.2)));
    expect(refused.length / ids.length).toBeCloseTo(0.2, 1);
  });
});

describe('latency', () => {
  it('delays every response', async () => {
    const { sts } = await start({ latency: { milliseconds: 60, jitter: 5 } });
    const started = performance.now();
    await sts.send(new GetCallerIdentityCommand({}));
    expect(performance.now() - started).toBeGreaterThan(58);
  });

  it('can be higher for a share of the accounts, always the same ones', async () => {
    await start({});
    const latency = { milliseconds: 10, slowAccounts: { share: 0.2, milliseconds: 500 } };
    const ids = Array.from({ length: 1000 }, (_, n) => String(100_000_000_000 + n));
    const slow = ids.filter((id) => delayFor(latency, id) === 510);
    expect(slow.length / ids.length).toBeCloseTo(0.2, 1);
    expect(ids.filter((id) => delayFor(latency, id) === 510)).toEqual(slow);
  });
});

it('serves 400 connections at the same time', async () => {
  await start({ latency: { milliseconds: 100 } });
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 400 });
  const requestHandler = new NodeHttpHandler({ httpAgent });
  const client = new IAMClient({
    endpoint: sandbox.url,
    region: sandbox.region,
    credentials: sandbox.credentials,
    requestHandler,
    maxAttempts: 1,
  });
  const users = await burst(400, () => client.send(new ListUsersCommand({})));
  expect(users.admitted).toBe(400);
  client.destroy();
});

it('listens on the loopback interface and has environment variables for child processes', async () => {
  await start({});
  expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(sandbox.environment()).toMatchObject({
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
  });
});
