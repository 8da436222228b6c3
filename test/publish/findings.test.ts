import { describe, expect, it } from 'vitest';

import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunMode } from '../../src/ledger/record.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { readRun } from '../../src/ledger/runs.ts';
import { findingsOfRun, securityHubOf } from '../../src/publish/findings.ts';
import { deployableConfig } from '../support/deployable-config.ts';
import { buildRecords, buildRun, key, type AccountSetup } from '../support/build-run.ts';
import { memoryStore } from '../support/memory-store.ts';

const [ONE, OTHER] = ['100000000001', '100000000002'] as const;
const FAILED = { outcome: 'denied' } as const;

const runIdOf = (day: number): string => `202611${String(day).padStart(2, '0')}T225500Z-000001`;
const due = (id: string, ...keys: string[]): AccountSetup => ({
  id,
  plan: { decisions: keys.map((name) => key(name)) },
});
const unread = (id: string): AccountSetup => ({ id, end: FAILED });

async function add(
  store: ObjectStore,
  day: number,
  accounts: readonly AccountSetup[],
  started: { readonly mode?: RunMode; readonly organizationId?: string } = {},
): Promise<void> {
  const runId = runIdOf(day);
  const at = `2026-11-${String(day).padStart(2, '0')}T22:55:00.000Z`;
  await openRunLog(store, runId).append(
    buildRecords({ accounts, started: { runId, at, ...started }, summary: { runId, startedAt: at } }),
  );
}

async function findings(store: ObjectStore, day: number): Promise<string[]> {
  const found = await findingsOfRun(store, await readRun(store, runIdOf(day)));
  return found.map(({ accountId, accessKeyId, state }) => `${accountId} ${accessKeyId} ${state}`);
}

describe('the findings of a run in a ledger', () => {
  it('are new in the first run', async () => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1')]);
    expect(await findings(store, 6)).toEqual([`${ONE} AKIA1 new`]);
  });

  it('are compared with those of the run before, and not with later ones', async () => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1', 'AKIA2')]);
    await add(store, 13, [due(ONE, 'AKIA2', 'AKIA3')]);
    await add(store, 20, [due(ONE, 'AKIA3', 'AKIA4')]);
    expect(await findings(store, 13)).toEqual([
      `${ONE} AKIA2 known`,
      `${ONE} AKIA3 new`,
      `${ONE} AKIA1 resolved`,
    ]);
  });

  it('are compared with those of the last run that could read the account', async () => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1'), due(OTHER, 'AKIA8')]);
    await add(store, 13, [unread(ONE), due(OTHER, 'AKIA9')]);
    await add(store, 20, [due(ONE), due(OTHER)]);
    expect(await findings(store, 20)).toEqual([`${ONE} AKIA1 resolved`, `${OTHER} AKIA9 resolved`]);
  });

  it('are resolved in an account that has left', async () => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1'), due(OTHER)]);
    await add(store, 13, [due(OTHER)]);
    expect(await findings(store, 13)).toEqual([`${ONE} AKIA1 resolved`]);
  });

  it.each([
    ['plans', { mode: 'plan' }],
    ['other organizations', { organizationId: 'o-another' }],
  ] as const)('are not compared with those of %s', async (_, started) => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1')]);
    await add(store, 13, [due(ONE, 'AKIA2')], started);
    await add(store, 20, [due(ONE)]);
    expect(await findings(store, 20)).toEqual([`${ONE} AKIA1 resolved`]);
  });

  it('are known without runs that cannot be read', async () => {
    const store = memoryStore();
    await add(store, 6, [due(ONE, 'AKIA1')]);
    await store.put(`runs/${runIdOf(13)}/records/00000001.jsonl`, 'damaged\n');
    await add(store, 20, [due(ONE, 'AKIA1')]);
    expect(await findings(store, 20)).toEqual([`${ONE} AKIA1 known`]);
  });

  it('read the run before only, unless it could not read an account', async () => {
    const store = memoryStore();
    for (const day of [6, 13]) await add(store, day, [due(ONE, 'AKIA1')]);
    await add(store, 20, [due(ONE), due(OTHER)]);
    const read: string[] = [];
    const run = await readRun(store, runIdOf(20));
    const get = (name: string) => {
      read.push(name);
      return store.get(name);
    };
    await findingsOfRun({ ...store, get }, run);
    expect(read.some((name) => name.includes(runIdOf(13)))).toBe(true);
    expect(read.filter((name) => name.includes(runIdOf(6)))).toEqual([]);
  });

  it.each([
    [4, [`${ONE} AKIA1 resolved`]],
    [5, []],
  ])('are compared with runs before %d that could not read the account: %s', async (failures, expected) => {
    const store = memoryStore();
    await add(store, 1, [due(ONE, 'AKIA1')]);
    for (let day = 2; day < 2 + failures; day += 1) await add(store, day, [unread(ONE)]);
    await add(store, 20, [due(ONE)]);
    expect(await findings(store, 20)).toEqual(expected);
  });
});

describe('the Security Hub of a run', () => {
  it('is that of the deployment', async () => {
    const { deployment } = deployableConfig();
    const hub = { partition: 'aws', region: 'eu-central-1', accountId: '111111111111' };
    expect(securityHubOf(deployment, await buildRun({ accounts: [] }))).toEqual(hub);
  });

  it('is without one that of the management account', async () => {
    const caller = 'arn:aws-us-gov:sts::222222222222:assumed-role/any/any';
    const started = { caller, managementAccountId: '333333333333' };
    expect(securityHubOf(undefined, await buildRun({ accounts: [], started }))).toEqual({
      ...{ partition: 'aws-us-gov', region: 'us-gov-west-1', accountId: '333333333333' },
    });
  });

  it('is without one in the Region that is named', async () => {
    const run = await buildRun({ accounts: [] });
    expect(securityHubOf(undefined, run, 'eu-west-1')).toMatchObject({ region: 'eu-west-1' });
  });

  it('needs a Region in a partition whose home the SDK does not tell', async () => {
    const caller = 'arn:aws-eusc:sts::222222222222:assumed-role/any/any';
    expect(securityHubOf(undefined, await buildRun({ accounts: [], started: { caller } }))).toBeUndefined();
  });
});
