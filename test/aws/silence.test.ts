import { GetGroupCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it, type TestContext } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

const QUICK = { connectionMilliseconds: 1_000, responseMilliseconds: 150, attempts: { shared: 9, iam: 7 } };
const [ACCOUNT, OTHER] = ['100000000001', '100000000002'];

async function opened({ onTestFinished }: TestContext) {
  const sandbox = await startSandbox();
  const { url: endpoint, region, credentials } = sandbox;
  const clients = openClients({ endpoint, region, credentials, sockets: 16, retries: QUICK });
  onTestFinished(async () => {
    clients.close();
    await sandbox.close();
  });
  const session = (account = ACCOUNT) => clients.iam(() => Promise.resolve(credentials), account);
  const sent = (call: string): number => sandbox.calls.of('iam', call).length;
  return { sandbox, clients, session, sent };
}

const nameOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: unknown) => (error as Error).name,
  );
const getGroup = (name = 'Developers') => new GetGroupCommand({ GroupName: name });

describe('a call that AWS leaves unanswered', () => {
  it('is sent three times, and nothing more is asked of that account', async (context) => {
    const { sandbox, session, sent } = await opened(context);
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', occurrence: 'every', kind: 'timeout' });
    const iam = session();
    expect(await nameOf(iam.send(getGroup()))).toBe('TimeoutError');
    expect(sent('GetGroup')).toBe(3);
    // Also with another session: for a write, or to read the account again.
    for (const client of [iam, session()]) {
      expect(await nameOf(client.send(new ListUsersCommand({})))).toBe('AccountSilent');
      expect(await nameOf(client.send(getGroup()))).toBe('AccountSilent');
    }
    expect([sent('GetGroup'), sent('ListUsers')]).toEqual([3, 0]);
    expect(await nameOf(session(OTHER).send(new ListUsersCommand({})))).toBe('answered');
  });

  it('ends the calls beside it at the same time, and no other is sent', async (context) => {
    const { sandbox, session, sent } = await opened(context);
    sandbox.faults.add({ service: 'iam', call: 'GetGroup', occurrence: 'every', kind: 'timeout' });
    const iam = session();
    const four = ['a', 'b', 'c', 'd'].map((name) => nameOf(iam.send(getGroup(name))));
    expect(await Promise.all(four)).toEqual(Array(4).fill('TimeoutError'));
    expect(sent('GetGroup')).toBe(12);
    expect(await nameOf(iam.send(getGroup('e')))).toBe('AccountSilent');
  });

  it('is answered if the third attempt is, and twice throttled in between', async (context) => {
    const { sandbox, session, sent } = await opened(context);
    const fault = { service: 'iam', call: 'ListUsers' } as const;
    sandbox.faults.add({ ...fault, occurrence: { from: 1, to: 2 }, kind: 'timeout' });
    sandbox.faults.add({ ...fault, occurrence: { from: 3, to: 4 }, kind: 'throttle' });
    expect(await nameOf(session().send(new ListUsersCommand({})))).toBe('answered');
    expect(sent('ListUsers')).toBe(5);
    expect(await nameOf(session().send(new ListUsersCommand({})))).toBe('answered');
  });

  it('to STS is sent three times, and the next one is sent', async (context) => {
    const { sandbox, clients } = await opened(context);
    sandbox.faults.add({ service: 'sts', occurrence: { from: 1, to: 3 }, kind: 'timeout' });
    expect(await nameOf(clients.sts.send(new GetCallerIdentityCommand({})))).toBe('TimeoutError');
    expect(await nameOf(clients.sts.send(new GetCallerIdentityCommand({})))).toBe('answered');
    expect(sandbox.calls.of('sts', 'GetCallerIdentity')).toHaveLength(4);
  });
});

describe('an answer that comes', () => {
  it.each(['throttle', 'internal-error', 'reset'] as const)(
    'late, after five times %s, is no silence',
    async (kind) => {
      const sandbox = await startSandbox();
      const { url: endpoint, region, credentials } = sandbox;
      const clients = openClients({ endpoint, region, credentials, sockets: 16, retries: QUICK });
      sandbox.faults.add({ service: 'iam', call: 'ListUsers', occurrence: { from: 1, to: 5 }, kind });
      const iam = clients.iam(() => Promise.resolve(credentials), ACCOUNT);
      expect(await nameOf(iam.send(new ListUsersCommand({})))).toBe('answered');
      clients.close();
      await sandbox.close();
    },
  );
});
