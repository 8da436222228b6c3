import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { SERVICE_NAMES } from '../../sandbox/wire/service-name.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { clientsOf, errorOf } from '../support/sdk-clients.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({
    organization: () => {
      const organization = new SandboxOrganization({ now: new Date('2026-06-01T00:00:00Z') });
      const account = organization.addAccount({ tags: { team: 'a' } });
      organization.addUser({
        account,
        userName: 'ann',
        groups: ['Developers'],
        keys: [{ status: 'Inactive' }],
      });
      return organization;
    },
  });
});
afterEach(() => sandbox.close());

const ask = async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};
const listAccounts = () => clientsOf(sandbox).organizations.send(new ListAccountsCommand({}));

describe('another process', () => {
  it('reads accounts, users and keys', async () => {
    const { body } = await ask('GET', 'state');
    const [account] = body.accounts as Record<string, unknown>[];
    expect(account).toMatchObject({
      id: '100000000001',
      state: 'ACTIVE',
      tags: { team: 'a' },
      users: [{ userName: 'ann', groups: ['Developers'], keys: [{ status: 'Inactive' }] }],
    });
  });

  it('reads and clears the calls', async () => {
    await listAccounts();
    expect((await ask('GET', 'calls')).body).toMatchObject({
      counts: { 'organizations:ListAccounts': 1 },
      calls: [{ call: 'ListAccounts' }],
    });
    await ask('DELETE', 'calls');
    expect((await ask('GET', 'calls')).body).toEqual({ counts: {}, calls: [] });
  });

  it.each(SERVICE_NAMES)('adds faults of %s with a reason', async (service) => {
    const fault = { service, kind: 'denied', reason: 'with an explicit deny in a permissions boundary' };
    expect(await ask('POST', 'faults', fault)).toMatchObject({ status: 200, body: [{ fault }] });
  });

  it('adds and removes faults', async () => {
    await ask('POST', 'faults', [{ service: 'organizations', kind: 'throttle', occurrence: 'every' }]);
    expect((await errorOf(listAccounts())).code).toBe('TooManyRequestsException');
    expect((await ask('GET', 'faults')).body).toMatchObject([{ matched: 1, fired: 1 }]);
    await ask('DELETE', 'faults');
    await listAccounts();
  });

  it('sets the clock', async () => {
    await ask('POST', 'clock', { now: '2027-01-01T00:00:00Z' });
    await ask('POST', 'clock', { advanceMilliseconds: 86_400_000 });
    expect(String((await ask('GET', 'clock')).body.now)).toMatch(/^2027-01-02T00:00:0/);
  });

  it('resets the sandbox', async () => {
    const before = sandbox.organization;
    before.account('100000000001').deleteKey([...before.keysOf('100000000001')][0] ?? ({} as never));
    sandbox.faults.add({ service: 'organizations', kind: 'reset', occurrence: 'every' });
    await ask('POST', 'reset');
    await listAccounts();
    expect(sandbox.organization.keysOf('100000000001')).toHaveLength(1);
    expect(sandbox.organization).not.toBe(before);
  });

  it.each([
    ['POST', 'faults', { service: 'ec2', kind: 'throttle' }, 400],
    ['POST', 'faults', { service: 'iam', kind: 'throttle', acount: '1' }, 400],
    ['POST', 'faults', '{', 400],
    ['POST', 'clock', {}, 400],
    ['GET', 'nothing', undefined, 404],
  ])('gets an error message for %s %s %j', async (method, path, body, status) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.message).toBeTruthy();
  });
});

describe('a page in the browser of this machine', () => {
  const statusFor = async (headers: Record<string, string>): Promise<number | undefined> => {
    const sent = request(`${sandbox.url}/_sandbox/reset`, { method: 'POST', headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };

  it.each([
    ['of another site', { origin: 'https://example.com' }],
    ['of another local server', { origin: 'http://127.0.0.1:8080' }],
    ['without an address', { origin: 'null' }],
    ['whose name was pointed at this machine', { host: 'example.com:4599' }],
    ['whose name contains that of this machine', { host: 'localhost.example.com' }],
    ['whose name begins as an address of it', { host: '127.0.0.1.example.com' }],
  ])('%s controls nothing', async (_, headers) => {
    const before = sandbox.organization;
    expect(await statusFor(headers)).toBe(403);
    expect(sandbox.organization).toBe(before);
  });

  it.each(['127.0.0.1', 'localhost:4599', 'LOCALHOST', '[::1]:4599', 'sandbox.localhost'])(
    'is no other program that asks %s',
    async (host) => {
      expect(await statusFor({ host })).toBe(200);
    },
  );
});
