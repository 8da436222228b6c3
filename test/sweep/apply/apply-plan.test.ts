import { describe, expect, it } from 'vitest';

import { planFileOf, parsePlanFile, type PlanFile } from '../../../src/ledger/plan-file.ts';
import { StalePlanError } from '../../../src/sweep/errors.ts';
import { fromNow, HOUR } from '../../support/clock.ts';
import { ADA, EVERY_KEY, keysOf, onSandbox, organizationOf, outcomes } from '../../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;
const TWO_USERS = [ADA, { ...ADA, userName: 'bob' }];

async function planned(accounts: number) {
  const organization = organizationOf(accounts, () => TWO_USERS);
  const on = await onSandbox({ organization });
  const { run } = await on.run({ mode: 'plan' });
  const file = planFileOf(run);
  const apply = (only: PlanFile = file) => on.run({ only });
  return { organization, on, file, apply };
}

describe('applying a plan file', () => {
  it('revokes exactly its keys', async () => {
    const { organization, file, apply } = await planned(2);
    const only = {
      ...file,
      keys: file.keys.filter(({ accountId, userName }) => accountId === SECOND || userName === 'bob'),
    };
    const { summary } = await apply(only);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
    expect(keysOf(organization, SECOND)).toEqual(['ada Inactive', 'bob Inactive']);
    expect(summary).toMatchObject({ verdict: 'ok', keys: { due: 3, deactivated: 3 } });
    expect(summary.warnings).toContain('Keys that are due now but not in the plan: 1. They were kept.');
  });

  it('keeps a key that has changed since, and says so', async () => {
    const { organization, apply } = await planned(1);
    const [ada, bob] = organization.keysOf(FIRST);
    ada!.status = 'Inactive';
    organization.account(FIRST).deleteKey(bob!);
    const { summary, run } = await apply();
    expect(outcomes(run)[FIRST]).toBe('nothing-due');
    expect(summary.warnings).toEqual([
      `Key ${ada!.accessKeyId} of ada in ${FIRST} was planned to deactivate, ` +
        'but is Inactive now and was kept: mode is deactivate',
      `Key ${bob!.accessKeyId} of bob in ${FIRST} was planned to deactivate, ` +
        'but is gone or could not be read',
    ]);
  });

  it('keeps the keys of a user who has left the group since', async () => {
    const { organization, apply } = await planned(1);
    const ada = organization.user(FIRST, 'ada');
    organization.account(FIRST).leave(ada, ada.groups[0]!);
    await apply();
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Inactive']);
  });

  it.each<[string, Partial<PlanFile>, RegExp]>([
    ['of another configuration', { configSha256: '0' }, /configuration has changed/],
    ['that is a day old', { plannedAt: fromNow(-25 * HOUR).toISOString() }, /keysweep plan --out/],
    ['from the future', { plannedAt: fromNow(2 * HOUR).toISOString() }, /keysweep plan --out/],
  ])('refuses a plan %s before it calls AWS, and stores nothing', async (_, change, message) => {
    const { on, file, apply } = await planned(1);
    const stored = await on.store.list('');
    on.sandbox.calls.reset();
    await expect(apply({ ...file, ...change })).rejects.toThrow(StalePlanError);
    await expect(apply({ ...file, ...change })).rejects.toThrow(message);
    expect(on.sandbox.calls.all).toEqual([]);
    expect(await on.store.list('')).toEqual(stored);
  });

  it('refuses a plan of another organization, and stores nothing', async () => {
    const { on, file, apply } = await planned(1);
    const stored = await on.store.list('');
    await expect(apply({ ...file, organizationId: 'o-elsewhere0' })).rejects.toThrow(
      `Plan ${file.runId} belongs to organization o-elsewhere0, ` +
        `and these credentials belong to ${on.sandbox.organization.id}.`,
    );
    expect(await on.store.list('')).toEqual(stored);
  });
});

describe('a plan file', () => {
  it('has the due keys of armed accounts only', async () => {
    const organization = organizationOf(2);
    const on = await onSandbox({
      organization,
      config: { ...EVERY_KEY, overrides: [{ accounts: [SECOND], armed: false }] },
    });
    const file = planFileOf((await on.run({ mode: 'plan' })).run);
    expect(file.keys).toEqual([
      {
        accountId: FIRST,
        userName: 'ada',
        accessKeyId: organization.keysOf(FIRST)[0]!.accessKeyId,
        status: 'Active',
        action: 'deactivate',
      },
    ]);
    expect(parsePlanFile(JSON.stringify(file), 'plan.json')).toEqual(file);
  });

  it.each([
    ['{', /valid JSON/],
    ['[]', /the file[\s\S]*expected/],
    ['{"version": 2}', /version/],
    ['{"version": 1, "keys": [{"action": "create"}]}', /keys\[0\]\.action/],
  ])('that reads %s is refused with the place of what is wrong', (text, message) => {
    expect(() => parsePlanFile(text, 'plan.json')).toThrow(message);
  });
});
