import { describe, expect } from 'vitest';

import type { AccountOutcome } from '../../src/ledger/outcomes.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { errorOf, it, summaryOf } from './rotator.ts';

const ACCOUNTS = 12;
const SWEEP = { mode: 'sweep' };

/** 4.8 s to read, 8 s until the last write starts, 38 s until calls in flight are aborted. */
const LITTLE_TIME = 53_000;

const CONFIG = { ...EVERY_KEY, concurrency: { accounts: 1 } };

describe.concurrent('a Lambda whose time runs out', () => {
  it('before it starts, says so and calls no AWS API', async ({ start }) => {
    const { invoke, sandbox } = await start();
    const error = errorOf(await invoke(SWEEP, 30_000));
    expect(error?.errorType).toBe('TooLittleTimeError');
    expect(error?.errorMessage).toMatch(/^This run has (29|30) s left and needs more than 45 s/);
    expect(sandbox.calls.all).toEqual([]);
  });

  it('while it reads, revokes what it has planned, and reports the rest', async ({ start }) => {
    const organization = organizationOf(ACCOUNTS);
    const rotator = await start({ organization, config: CONFIG });
    // Some accounts are read before this one takes all the time that is left.
    rotator.sandbox.faults.add({
      service: 'iam',
      call: 'GetGroup',
      account: '100000000005',
      occurrence: 'every',
      kind: 'slow',
      milliseconds: 20_000,
    });
    const started = performance.now();
    const error = errorOf(await rotator.invoke(SWEEP, LITTLE_TIME));
    expect(performance.now() - started).toBeLessThan(35_000);
    expect(error?.errorType).toBe('RunNotOkError');

    const run = await rotator.stored((await rotator.store.listFolders('runs/'))[0]!);
    const { swept, notReached } = accountsIn(run);
    expect(swept.length).toBeGreaterThan(0);
    expect(notReached.length).toBeGreaterThan(0);
    expect(swept.length + notReached.length).toBe(ACCOUNTS);
    expect(error?.errorMessage).toContain(`"not-reached":${notReached.length}`);
    expectSummaryToAddUp(run);
    expectKeys(organization, { Inactive: swept, Active: notReached });
  });

  it('while it writes, leaves the rest to the next run in the same process', async ({ start }) => {
    const organization = organizationOf(ACCOUNTS);
    const rotator = await start({ organization, config: CONFIG });
    rotator.sandbox.faults.add({
      service: 'iam',
      call: 'UpdateAccessKey',
      occurrence: 'every',
      kind: 'slow',
      milliseconds: 2_000,
    });
    const error = errorOf(await rotator.invoke(SWEEP, LITTLE_TIME));
    expect(error?.errorType).toBe('RunNotOkError');

    const run = await rotator.stored((await rotator.store.listFolders('runs/'))[0]!);
    const { swept, notReached } = accountsIn(run);
    expect(swept.length).toBeGreaterThan(0);
    expect(notReached.length).toBeGreaterThan(0);
    expectSummaryToAddUp(run);
    expectKeys(organization, { Inactive: swept, Active: notReached });
    const left = notReached.flatMap((id) => [...run.accounts.get(id)!.writes.values()]);
    // On a busy machine some may not be planned when the reading time ends.
    const planned = notReached.filter((id) => run.accounts.get(id)!.plan?.decisions.length);
    expect(planned.length).toBeGreaterThan(0);
    expect(left.map(({ outcome }) => outcome)).toEqual(planned.map(() => 'not-attempted'));

    rotator.sandbox.faults.clear();
    expect(summaryOf(await rotator.invoke({ mode: 'sweep' }))).toMatchObject({
      verdict: 'ok',
      accounts: { swept: notReached.length, 'nothing-due': swept.length },
    });
    expectKeys(organization, { Inactive: [...swept, ...notReached], Active: [] });
  });
});

function accountsIn({ accounts }: StoredRun) {
  const withOutcome = (wanted: AccountOutcome) =>
    [...accounts].filter(([, { finished }]) => finished?.outcome === wanted).map(([id]) => id);
  return { swept: withOutcome('swept'), notReached: withOutcome('not-reached') };
}

/** Every listed account has an outcome, and the summary counts outcomes and writes. */
function expectSummaryToAddUp({ accounts, summary }: StoredRun): void {
  const counted: Partial<Record<AccountOutcome | 'none', number>> = {};
  for (const { finished } of accounts.values()) {
    const outcome = finished?.outcome ?? 'none';
    counted[outcome] = (counted[outcome] ?? 0) + 1;
  }
  expect(summary).toMatchObject({ verdict: 'incomplete', accountsListed: ACCOUNTS + 1 });
  expect(summary!.accounts).toEqual(counted);
  const writes = [...accounts.values()].flatMap((account) => [...account.writes.values()]);
  const deactivated = writes.filter(({ outcome }) => outcome === 'deactivated');
  expect(summary!.keys.deactivated).toBe(deactivated.length);
}

/** Accounts by the status of their key in the sandbox. */
function expectKeys(organization: SandboxOrganization, expected: Record<string, string[]>): void {
  for (const [wanted, accounts] of Object.entries(expected)) {
    const found = organization.accounts
      .list()
      .filter(({ id }) => organization.keysOf(id).some(({ status }) => status === wanted));
    expect(found.map(({ id }) => id)).toEqual([...accounts].sort());
  }
}
