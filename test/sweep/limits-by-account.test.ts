import { describe, expect, it } from 'vitest';

import type { ConfigInput } from '../../src/config/schema.ts';
import { readRun } from '../../src/ledger/runs.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ENGINES } from '../support/engines.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, outcomes } from '../support/sweeping.ts';

const [FIRST, SECOND, THIRD] = ['100000000001', '100000000002', '100000000003'] as const;

/** In every account this many users with a key each. */
const crowded = (accounts: number, users: number) =>
  organizationOf(accounts, () => Array.from({ length: users }, (_, index) => user(index)));

const user = (index: number) => ({ ...ADA, userName: `user-${index}` });

/** As somebody of that account could. */
function fill(organization: SandboxOrganization, account: string, users: number): void {
  for (let index = 0; index < users; index += 1)
    organization.addUser({ account, ...user(index), userName: `filler-${index}` });
}

const active = (organization: SandboxOrganization, account: string): number =>
  keysOf(organization, account).filter((key) => key.endsWith(' Active')).length;

/** Gives every key back, as people who make new ones do. */
function activate(organization: SandboxOrganization): void {
  for (const { id } of organization.accounts.list())
    for (const key of organization.keysOf(id)) Object.assign(key, { status: 'Active' });
}

describe.each(ENGINES)('the limits, %s,', (_, runSweep) => {
  async function start(organization: SandboxOrganization, config: Partial<ConfigInput> = {}) {
    const { dependencies, store } = await onSandbox({ organization, config: { ...EVERY_KEY, ...config } });
    const sweep = (request: Partial<Parameters<typeof runSweep>[0]> = {}) =>
      runSweep({ mode: 'sweep', filters: {}, ...request }, dependencies());
    const outcomesOf = async (runId: string) => outcomes(await readRun(store, runId));
    return {
      sweep,
      outcomesOf,
      reasonsOf: async (runId: string, id: string) =>
        (await readRun(store, runId)).accounts.get(id)?.finished?.reason,
    };
  }

  it('ignore the growth of an unarmed account', async () => {
    const organization = crowded(3, 15);
    const { sweep } = await start(organization, { overrides: [{ accounts: [THIRD], armed: false }] });
    await sweep();
    activate(organization);
    fill(organization, THIRD, 60);
    const summary = await sweep();
    expect(summary).toMatchObject({ verdict: 'ok', limitsExceeded: [], keys: { deactivated: 30 } });
  });

  it('take no account that is newly armed for growth', async () => {
    const organization = crowded(3, 40);
    const unarmed = await start(organization, { overrides: [{ accounts: [SECOND, THIRD], armed: false }] });
    await unarmed.sweep();
    activate(organization);
    const { sweep } = await start(organization);
    expect(await sweep()).toMatchObject({ verdict: 'ok', keys: { deactivated: 120 } });
  });

  it('withhold an account with more due keys than maxKeysPerAccount, and sweep the others', async () => {
    const organization = crowded(3, 5);
    fill(organization, SECOND, 3);
    const limits = { maxKeysPerAccount: 7 };
    const { sweep, outcomesOf, reasonsOf } = await start(organization, { limits });
    const summary = await sweep();
    expect(summary).toMatchObject({ verdict: 'incomplete', limitsExceeded: [], keys: { due: 18 } });
    expect(await outcomesOf(summary.runId)).toMatchObject({
      ...{ [FIRST]: 'swept', [SECOND]: 'withheld', [THIRD]: 'swept' },
    });
    expect(await reasonsOf(summary.runId, SECOND)).toBe(
      '8 keys are due here; limits.maxKeysPerAccount allows 7. Read the plan. ' +
        'If it is right, raise this limit.',
    );
    expect(active(organization, SECOND)).toBe(8);
  });

  it('say in a plan which account a sweep would withhold', async () => {
    const organization = crowded(2, 5);
    const { sweep } = await start(organization, { limits: { maxKeysPerAccount: 4, maxKeys: 500 } });
    const plan = await sweep({ mode: 'plan' });
    expect(plan.verdict).toBe('ok');
    expect(plan.warnings).toEqual(
      [FIRST, SECOND].map((id) => expect.stringContaining(`A sweep would withhold ${id}: 5 keys`) as unknown),
    );
  });

  it('withhold an account that grew by more than maxGrowthPerAccount until it is swept by name', async () => {
    const organization = crowded(3, 20);
    const { sweep, outcomesOf, reasonsOf } = await start(organization, { limits: { maxGrowth: 100 } });
    await sweep();
    activate(organization);
    fill(organization, SECOND, 61);
    for (const again of [1, 2]) {
      const summary = await sweep();
      expect([again, await outcomesOf(summary.runId)]).toMatchObject([again, { [SECOND]: 'withheld' }]);
      expect(await reasonsOf(summary.runId, SECOND)).toBe(
        '81 keys are due here, 20 were at the last sweep; ' +
          'limits.maxGrowthPerAccount allows 4 times as many. ' +
          'Read the plan. If it is right, sweep this account with --account.',
      );
    }
    const byName = await sweep({ filters: { accounts: [SECOND] } });
    expect(byName).toMatchObject({ verdict: 'ok', keys: { deactivated: 81 } });
  });

  it.each<[string, ConfigInput['limits'], number]>([
    ['maxKeys', { maxKeys: 70, maxGrowth: 100 }, 30],
    ['maxGrowth', {}, 61],
  ])('withhold the account whose growth alone exceeds %s', async (limit, limits, fillers) => {
    const organization = crowded(3, 20);
    const { sweep, outcomesOf, reasonsOf } = await start(organization, {
      limits: { ...limits, maxGrowthPerAccount: 1000 },
    });
    await sweep();
    activate(organization);
    fill(organization, SECOND, fillers);
    const summary = await sweep();
    expect(summary).toMatchObject({ verdict: 'incomplete', limitsExceeded: [], keys: { deactivated: 40 } });
    expect(await outcomesOf(summary.runId)).toMatchObject({ [SECOND]: 'withheld' });
    expect(await reasonsOf(summary.runId, SECOND)).toBe(
      `${20 + fillers} keys are due here, 20 were at the last sweep; ` +
        `with them the sweep exceeds limits.${limit}. ` +
        'Read the plan. If it is right, sweep this account with --account.',
    );
  });

  it('stop everything when several accounts together exceed one', async () => {
    const organization = crowded(3, 20);
    const { sweep } = await start(organization);
    await sweep();
    activate(organization);
    for (const id of [FIRST, SECOND, THIRD]) fill(organization, id, 30);
    expect(await sweep()).toMatchObject({ verdict: 'stopped', limitsExceeded: [{ limit: 'maxGrowth' }] });
  });
});
