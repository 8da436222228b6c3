import { describe, expect, it } from 'vitest';

import { ledgerCompletions } from '../../src/ledger/completions.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { memoryStore } from '../support/memory-store.ts';
import { accountFinished, accountsListed, RUN_ID, runStarted } from '../support/records.ts';

const WORDS = [
  { value: 'last', description: 'the newest run' },
  { value: 'last-sweep', description: 'the newest sweep' },
  { value: 'last-plan', description: 'the newest plan' },
  { value: 'last-undo', description: 'the newest undo' },
  { value: 'last-inventory', description: 'the newest inventory' },
];

describe('the completions of a ledger', () => {
  it('are the keywords alone while there are no runs', async () => {
    expect(await ledgerCompletions(memoryStore())).toEqual({ runs: WORDS, accounts: [] });
  });

  it('are the runs, newest first, and the accounts of the newest run', async () => {
    const store = memoryStore();
    const old = '20261120T225500Z-1a2b3c';
    await openRunLog(store, old).append([runStarted({ runId: old }), accountsListed('111111111111')]);
    await openRunLog(store, RUN_ID).append([
      runStarted(),
      accountsListed('222222222222', '333333333333'),
      accountFinished('222222222222'),
    ]);
    expect(await ledgerCompletions(store)).toEqual({
      runs: [...WORDS, { value: RUN_ID, description: '' }, { value: old, description: '' }],
      accounts: [
        { value: '222222222222', description: 'account 222222222222' },
        { value: '333333333333', description: 'account 333333333333' },
      ],
    });
  });

  it('have no accounts while the newest run has not listed them', async () => {
    const store = memoryStore();
    await openRunLog(store, RUN_ID).append([runStarted()]);
    expect((await ledgerCompletions(store)).accounts).toEqual([]);
  });

  it('have only the newest fifty runs', async () => {
    const store = memoryStore();
    const ids = Array.from({ length: 51 }, (_, second) => `20261127T2255${10 + second}Z-1a2b3c`);
    for (const runId of ids) await openRunLog(store, runId).append([runStarted({ runId })]);
    const { runs } = await ledgerCompletions(store);
    expect(runs.slice(WORDS.length).map(({ value }) => value)).toEqual(ids.slice(1).reverse());
  });
});
