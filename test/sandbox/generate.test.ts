import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { generateOrganization, type GenerateOptions } from '../../sandbox/generator/generate.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { snapshotOf } from '../../sandbox/organization/snapshot.ts';
import { assume, errorOf } from '../support/sdk-clients.ts';

const now = new Date('2026-07-03T12:00:00Z');
const generate = (options: Partial<GenerateOptions> = {}) =>
  generateOrganization({ accounts: 40, now, troubles: 'some', ...options });
const bytesOf = (options: Partial<GenerateOptions>) => {
  const { organization, config } = generate(options);
  return JSON.stringify([snapshotOf(organization), config]);
};

describe('a generated organization', () => {
  it('is byte for byte the same for the same seed, and different for another', () => {
    expect(bytesOf({ seed: 7 })).toBe(bytesOf({ seed: 7 }));
    expect(bytesOf({ seed: 7 })).not.toBe(bytesOf({ seed: 8 }));
  });

  it.each(['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const)(
    'has a valid accounts.json in %s',
    (partition) => {
      const { organization, config } = generate({ partition });
      expect(configSchema.safeParse(config).error).toBeUndefined();
      expect(
        organization.account(config.optOuts?.[0]?.account ?? '').role('KeysweepRotation').trust.text,
      ).toContain(`arn:${partition}:iam::${organization.managementAccount.id}:root`);
    },
  );

  it('has an opt-out in force, an expired one, and one that ends this week', () => {
    const { organization, config } = generate();
    const today = Date.parse('2026-07-03');
    const days = (config.optOuts ?? []).map(({ until }) => (Date.parse(until) - today) / 86_400_000);
    expect(days).toEqual([90, -20, 3]);
    for (const { account } of config.optOuts ?? [])
      expect(organization.account(account).state).toBe('ACTIVE');
  });

  it('has everything that a sweep can encounter', () => {
    const { organization } = generate({ accounts: 400 });
    const accounts = organization.accounts.list();
    const users = accounts.flatMap((account) => account.users.list());
    const keys = accounts.flatMap((account) => [...account.keys.values()]);
    const depth = Math.max(...accounts.map((account) => account.parent.path.split('/').length));
    const found = {
      suspended: accounts.some((account) => account.state === 'SUSPENDED'),
      closing: accounts.some((account) => account.state === 'PENDING_CLOSURE'),
      optedOutByTag: accounts.some((account) => account.tags.current.get('keysweep') === 'opt-out'),
      withoutRole: accounts.some((account) => !account.roles.get('KeysweepRotation')),
      scp: accounts.some((account) => account.scps.length > 0),
      nested: depth >= 4,
      inSeveralGroups: users.some((user) => user.groups.length > 1),
      moreThanTwoKeys: users.some((user) => user.keys.length > 2),
      machines: users.some(
        (user) => !user.login && user.groups.some((group) => group.groupName === 'ServiceUsers'),
      ),
      breakGlass: users.some(
        (user) => user.userName.startsWith('break-glass-') && user.tags?.get('keysweep') === 'exempt',
      ),
      exemptHumans: users.some(
        (user) => !user.userName.startsWith('break-glass-') && user.tags?.get('keysweep') === 'exempt',
      ),
      inactive: keys.some((key) => key.status === 'Inactive'),
      young: keys.some((key) => now.getTime() - key.createdAt < 10 * 86_400_000),
      old: keys.some((key) => now.getTime() - key.createdAt > 365 * 86_400_000),
    };
    expect(Object.entries(found).filter(([, isFound]) => !isFound)).toEqual([]);
    expect(keys.length / users.length).toBeGreaterThan(1.1);
    expect(keys.length / users.length).toBeLessThan(1.5);
  });

  it('can have a large group', () => {
    const { organization } = generate({ crowd: 1200 });
    const sizes = organization.accounts
      .list()
      .map((account) => account.groups.get('Developers')?.members.size ?? 0);
    expect(Math.max(...sizes)).toBeGreaterThanOrEqual(1200);
  });

  it('lets keysweep assume its role except in accounts with a trouble', async () => {
    const troubles = { 'missing-role': 2, 'refused-trust': 1 } as const;
    const { organization } = generate({ troubles, externalId: 'demo-42' });
    const sandbox = await startSandbox({ organization });
    const members = organization.accounts
      .list()
      .filter((account) => account.state === 'ACTIVE' && account !== organization.managementAccount);
    const refused: string[] = [];
    for (const account of members) {
      const answer = assume(sandbox, account, 'KeysweepRotation', { ExternalId: 'demo-42' });
      await answer.catch(() => refused.push(account.id));
    }
    expect(refused).toHaveLength(3);
    const [first] = members;
    if (first) expect((await errorOf(assume(sandbox, first, 'KeysweepRotation'))).code).toBe('AccessDenied');
    await sandbox.close();
  });

  it('has no troubles if none are requested', () => {
    const { organization } = generate({ troubles: 'none' });
    const accounts = organization.accounts
      .list()
      .filter((account) => account !== organization.managementAccount);
    expect(accounts.filter((account) => !account.roles.get('KeysweepRotation'))).toEqual([]);
    expect(accounts.filter((account) => account.scps.length > 0)).toEqual([]);
  });
});
