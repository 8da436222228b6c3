import { expect, it } from 'vitest';

import { parseConfig } from '../../../src/config/load.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';
import type { RunSummary } from '../../../src/ledger/record.ts';
import { foldRun } from '../../../src/ledger/stored-run.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../../sandbox/policy/document.ts';
import { runSweep } from '../../../src/sweep/run.ts';
import { laterWrites } from '../../../src/sweep/undo/later-writes.ts';
import { planUndo } from '../../../src/sweep/undo/plan-undo.ts';
import { applyUndo } from '../../../src/sweep/undo/apply-undo.ts';
import { clientsInProcess, sandboxOf } from '../../properties/in-process.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { ADA, EVERY_KEY, organizationOf } from '../../support/sweeping.ts';

const ACCOUNTS = 500;
const HOLD_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Each account has two keys to deactivate, one that was Inactive before, and one of somebody who is not asked
 * about.
 */
const USERS = [
  { ...ADA, keys: [{}, { status: 'Inactive' as const }] },
  { ...ADA, userName: 'bob' },
  { ...ADA, userName: 'eve', groups: ['Others'] },
];

function statuses(organization: SandboxOrganization): Map<string, string> {
  return new Map(
    organization.accounts
      .list()
      .flatMap(({ id }) => organization.keysOf(id).map(({ accessKeyId, status }) => [accessKeyId, status])),
  );
}

it(
  `restores all keys of a sweep of ${ACCOUNTS} accounts, and sweeps skip them until the hold ends`,
  { timeout: 180_000 },
  async () => {
    const organization = organizationOf(ACCOUNTS, () => USERS);
    const operator = organization.addUser({
      account: organization.managementAccount,
      userName: 'operator',
      policies: [ALLOW_ALL],
      keys: [{}],
    });
    const server = sandboxOf(organization);
    const credentials = { accessKeyId: operator.keys[0]!.accessKeyId, secretAccessKey: 'secret' };
    const never = new AbortController().signal;
    const store = memoryStore();
    let runs = 0;
    const dependencies = {
      config: parseConfig(
        JSON.stringify({ ...EVERY_KEY, limits: { maxKeys: 10_000, maxGrowth: 10_000 } }),
        'accounts.json',
      ),
      clients: clientsInProcess(server, credentials),
      store,
      deadline: { reading: never, writing: never, hard: never },
      progress: () => undefined,
      now: () => organization.clock.now(),
      random: () => (runs += 1).toString(16).padStart(3, '0'),
      host: 'test',
    };
    const sweep = (): Promise<RunSummary> => runSweep({ mode: 'sweep', filters: {} }, dependencies);

    const before = statuses(organization);
    const swept = await sweep();
    expect(swept).toMatchObject({ verdict: 'ok', keys: { deactivated: 2 * ACCOUNTS, failed: 0 } });
    expect(statuses(organization)).not.toEqual(before);

    const since = await laterWrites(store, swept.runId);
    const plan = planUndo(await foldRun(readRecords(store, swept.runId)), {}, since);
    const undone = await applyUndo(plan, HOLD_DAYS, dependencies);
    expect(undone).toMatchObject({ verdict: 'ok', accounts: { swept: ACCOUNTS }, keys: { failed: 0 } });
    expect(statuses(organization)).toEqual(before);

    organization.clock.advance((HOLD_DAYS - 1) * DAY);
    expect(await sweep()).toMatchObject({ verdict: 'ok', keys: { due: 0, deactivated: 0, deleted: 0 } });
    expect(statuses(organization)).toEqual(before);

    organization.clock.advance(2 * DAY);
    const again = await sweep();
    expect(again.keys.deactivated).toBe(2 * ACCOUNTS);
    const share = (undone.keys.reactivated / swept.keys.deactivated) * 100;
    process.stdout.write(
      `undo restored ${undone.keys.reactivated} of ${swept.keys.deactivated} keys ` +
        `of ${ACCOUNTS} accounts (${share} %)\n`,
    );
  },
);
