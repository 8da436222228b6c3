import { describe, expect, it } from 'vitest';

import { configSha256, sha256 } from '../../src/config/hash.ts';
import { settingsToRecord } from '../../src/config/recorded-settings.ts';
import { acquireLock } from '../../src/ledger/lock.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords, readStart } from '../../src/ledger/read-run.ts';
import { summaryKey } from '../../src/ledger/run-keys.ts';
import { runStarted, type RunToBegin } from '../../src/sweep/begin.ts';
import { VERSION } from '../../src/config/version.ts';
import { begun } from './beginning.ts';
import { memoryStore } from '../support/memory-store.ts';
import { accountsListed } from '../support/records.ts';
import { onSandbox, organizationOf } from '../support/sweeping.ts';

describe('a run that cannot store its first record', () => {
  it('releases its lock, which its process would renew for ever', async () => {
    const store = memoryStore();
    const failing: ObjectStore = {
      ...store,
      putNew: (key, body) =>
        key.startsWith('runs/') ? Promise.reject(new Error('the disk is full')) : store.putNew(key, body),
    };
    const { run } = await onSandbox({ organization: organizationOf(1), store });
    await expect(run({}, { store: failing })).rejects.toThrow('the disk is full');
    expect((await run()).summary.verdict).toBe('ok');
  });

  it('does not begin', async () => {
    const store = memoryStore();
    const putNew: ObjectStore['putNew'] = (key, body) =>
      key.startsWith('runs/') ? Promise.reject(new Error('the disk is full')) : store.putNew(key, body);
    const on = await onSandbox({ organization: organizationOf(1) });
    await expect(begun(on, {}, { store: { ...store, putNew } })).rejects.toThrow('the disk is full');
    expect(JSON.parse((await store.get('locks/00000001.json')) ?? '')).toMatchObject({ released: true });
  });
});

describe('an old lock that cannot be removed', () => {
  it('does not stop a run', async () => {
    const store = memoryStore();
    const { run } = await onSandbox({ organization: organizationOf(1), store });
    await run();
    await run();
    const failing: ObjectStore = { ...store, remove: () => Promise.reject(new Error('denied')) };
    expect((await run({}, { store: failing })).summary.verdict).toBe('ok');
    expect(await store.list('locks/')).toHaveLength(3);
  });
});

describe('the first record of a run', () => {
  it.each<[string, Partial<RunToBegin>]>([
    ['everything that is known', {}],
    ['the selected accounts', { filters: { accounts: ['100000000001'] } }],
    ['the selected OUs', { filters: { organizationalUnits: ['r-ab12'] } }],
    ['the run that it undoes', { mode: 'undo', undoOf: '20261120T225500Z-1a2b3c' }],
    ['the time of the schedule', { scheduledFor: '2026-11-27T22:55:00.000Z' }],
    ['the sweep that it announces', { mode: 'plan', noticeFor: '2026-11-27T22:55:00.000Z' }],
  ])('has %s, and no field that does not apply', async (_, run) => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const context = await begun(on, { filters: {}, ...run });
    const { filters = {}, ...rest } = run;
    const isFiltered = Object.keys(filters).length > 0;
    // A filter may be a typing error, which makes no run.
    expect(await on.store.listFolders('runs/')).toHaveLength(isFiltered ? 0 : 1);
    const listed = accountsListed('100000000001');
    await context.log.append([listed]);
    const records = [];
    for await (const record of readRecords(on.store, context.runId)) records.push(record);
    expect(records).toStrictEqual([
      {
        type: 'run-started',
        at: context.startedAt.toISOString(),
        runId: context.runId,
        mode: 'sweep',
        keysweepVersion: VERSION,
        organizationId: on.sandbox.organization.id,
        managementAccountId: on.sandbox.organization.managementAccount.id,
        caller: context.caller.arn,
        configSha256: configSha256(context.config),
        ...(run.mode !== 'undo' && { settings: settingsToRecord(context.config) }),
        ...rest,
        ...(isFiltered && { filters }),
      },
      listed,
    ]);
  });

  it('has no undefined fields, not even in memory', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const record = await runStarted({ mode: 'sweep', filters: {} }, await begun(on));
    expect(Object.keys(record)).toEqual([
      'type',
      'at',
      'runId',
      'mode',
      'keysweepVersion',
      'organizationId',
      'managementAccountId',
      'caller',
      'configSha256',
      'settings',
    ]);
  });

  it('names the run before it, and the hash of its summary', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const startOf = async (runId: string) => readStart(on.store, runId);
    const { runId: first } = (await on.run()).summary;
    const { runId: second } = await begun(on);
    const { runId: third } = (await on.run({ mode: 'plan' })).summary;
    const body = (await on.store.get(summaryKey(first))) ?? '';
    expect(await startOf(first)).not.toHaveProperty('previous');
    expect((await startOf(second))?.previous).toEqual({ runId: first, summarySha256: sha256(body) });
    expect((await startOf(third))?.previous).toEqual({ runId: second });
  });

  it('has the given ID', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const runId = '20261127T225500Z-1a2b3c';
    expect(await begun(on, { runId })).toMatchObject({ runId });
  });
});

describe('the lock', () => {
  it.each(['sweep', 'undo'] as const)('is held by a run of mode %s', async (mode) => {
    const on = await onSandbox({ organization: organizationOf(1) });
    await begun(on, { mode });
    const other = { runId: 'other', host: 'test', now: () => on.sandbox.clock.now() };
    await expect(acquireLock(on.store, other)).rejects.toThrow('is writing to the ledger');
  });

  it('is not held by a plan', async () => {
    const on = await onSandbox({ organization: organizationOf(1) });
    const { lock } = await begun(on, { mode: 'plan' });
    expect(await on.store.list('locks/')).toEqual([]);
    await expect(lock.confirm()).resolves.toBeUndefined();
    expect(lock.lost.aborted).toBe(false);
    await expect(lock.release()).resolves.toBeUndefined();
  });
});

it('another organization is refused with an error that names both, and says what to do', async () => {
  const on = await onSandbox({ organization: organizationOf(1) });
  const basedOn = { what: 'Run 7', organizationId: 'o-elsewhere00' };
  await expect(begun(on, { basedOn })).rejects.toMatchObject({
    name: 'OtherOrganizationError',
    message:
      'Run 7 belongs to organization o-elsewhere00, ' +
      `and these credentials belong to ${on.sandbox.organization.id}. ` +
      `Sign in to o-elsewhere00, or name the ledger of ${on.sandbox.organization.id} with --ledger.`,
  });
  const here = { what: 'Run 7', organizationId: on.sandbox.organization.id };
  await expect(begun(on, { basedOn: here })).resolves.toBeDefined();
});
