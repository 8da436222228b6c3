import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { dateFromNow } from '../support/clock.ts';
import { ENGINES } from '../support/engines.ts';
import { memoryStore } from '../support/memory-store.ts';
import { EVERY_KEY, keysOf, onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND, GONE, NEVER] = [
  '100000000001',
  '100000000002',
  '100000000003',
  '100000000009',
] as const;

const overriding = (account: string): Partial<ConfigInput> => ({
  overrides: [{ accounts: [account], armed: false }],
});
const optingOut = (account: string): Partial<ConfigInput> => ({
  optOuts: [{ account, owner: 'pay@example.com', reason: 'audit', until: dateFromNow(90) }],
});

const leave = ({ accounts }: SandboxOrganization): void => accounts.remove(accounts.get(GONE)!);

describe.each(ENGINES)('an account that accounts.json names, %s,', (_, runSweep) => {
  const store = memoryStore;
  async function start(organization: SandboxOrganization, config: Partial<ConfigInput>, ledger = store()) {
    const { dependencies } = await onSandbox({
      ...{ organization, store: ledger },
      config: { ...EVERY_KEY, ...config },
    });
    return (request: Partial<Parameters<typeof runSweep>[0]> = {}) =>
      runSweep({ mode: 'sweep', filters: {}, ...request }, dependencies());
  }

  it.each([
    ['an override', overriding(GONE), `overrides[0].accounts[0]`],
    ['an opt-out', optingOut(GONE), `optOuts[0].account`],
  ])(
    'and that has left since the last sweep, in %s, is reported at every run and stops none',
    async (_where, config, path) => {
      const organization = organizationOf(3);
      const sweep = await start(organization, config);
      await sweep();
      leave(organization);
      for (const again of [1, 2, 3]) {
        const summary = await sweep();
        expect([again, summary.verdict, summary.warnings]).toEqual([
          ...[again, 'ok'],
          [`${path} names ${GONE}, which has left the organization: an earlier sweep listed it. Remove it.`],
        ]);
      }
      expect(keysOf(organization, SECOND)).toEqual(['ada Inactive']);
    },
  );

  it.each([
    ['an override', overriding(NEVER)],
    ['an opt-out', optingOut(NEVER)],
  ])('and that no sweep has listed, in %s, stops the run', async (_where, config) => {
    const organization = organizationOf(3);
    const ledger = store();
    await (
      await start(organization, {}, ledger)
    )({ mode: 'plan' });
    await (
      await start(organization, {}, ledger)
    )();
    const sweep = await start(organization, config, ledger);
    await expect(sweep()).rejects.toMatchObject({ name: 'ConfigError' });
  });

  it('and that left before any sweep stops the run, as does one that --account names', async () => {
    const organization = organizationOf(3);
    leave(organization);
    const ledger = store();
    const sweep = await start(organization, overriding(GONE), ledger);
    await expect(sweep()).rejects.toMatchObject({ name: 'ConfigError' });
    const other = organizationOf(3);
    const narrowed = await start(other, {}, ledger);
    await narrowed();
    leave(other);
    await expect(narrowed({ filters: { accounts: [FIRST, GONE] } })).rejects.toThrow('--account');
  });
});
