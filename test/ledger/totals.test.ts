import { describe, expect, it } from 'vitest';

import type { AccountOutcome } from '../../src/ledger/outcomes.ts';
import type { KeyCounts, RunMode } from '../../src/ledger/record.ts';
import { checkCoverage, NO_KEYS, totals } from '../../src/ledger/totals.ts';
import { account, accountFinished, keyCounts } from '../support/records.ts';

describe('totals', () => {
  it('adds up accounts per outcome, and every count of their keys', () => {
    const once = {
      seen: 1,
      kept: 2,
      due: 3,
      deactivated: 4,
      deleted: 5,
      reactivated: 6,
      alreadyGone: 7,
      failed: 8,
    };
    const twice = {
      seen: 2,
      kept: 4,
      due: 6,
      deactivated: 8,
      deleted: 10,
      reactivated: 12,
      alreadyGone: 14,
      failed: 16,
    };
    expect(
      totals([
        accountFinished('1', { outcome: 'swept', keys: once }),
        accountFinished('2', { outcome: 'denied', keys: once }),
        accountFinished('3', { outcome: 'swept' }),
      ]),
    ).toEqual({ accounts: { swept: 2, denied: 1 }, keys: twice });
  });

  it('is nothing for no accounts', () => {
    expect(totals([])).toEqual({ accounts: {}, keys: NO_KEYS });
  });
});

describe('checkCoverage', () => {
  const fine = ['1', '2'].map((id) =>
    accountFinished(id, { keys: keyCounts({ seen: 3, kept: 1, due: 2, deactivated: 2 }) }),
  );

  it('finds nothing when every account has one outcome', () => {
    expect(checkCoverage([account('1'), account('2')], fine, 'sweep')).toEqual([]);
  });

  it.each([
    ['without-outcome', '3', ['1', '2', '3'], fine],
    ['listed-twice', '2', ['1', '2', '2'], fine],
    ['outcome-of-unlisted', '2', ['1'], fine],
    ['two-outcomes', '1', ['1', '2'], [...fine, accountFinished('1')]],
    [
      'keys-do-not-add-up',
      '3',
      ['1', '2', '3'],
      [...fine, accountFinished('3', { keys: keyCounts({ seen: 1 }) })],
    ],
  ])('finds %s', (problem, accountId, listed, finished) => {
    expect(checkCoverage(listed.map(account), finished, 'sweep')).toEqual([{ accountId, problem }]);
  });

  const check = (mode: RunMode, outcome: AccountOutcome, keys: Partial<KeyCounts>) =>
    checkCoverage([account('1')], [accountFinished('1', { outcome, keys: keyCounts(keys) })], mode);

  it.each<[RunMode, AccountOutcome, Partial<KeyCounts>]>([
    ['sweep', 'swept', { seen: 4, kept: 1, due: 3, deactivated: 1, deleted: 1, alreadyGone: 1 }],
    ['sweep', 'nothing-due', { seen: 2, kept: 2 }],
    ['sweep', 'planned', { seen: 2, due: 2 }],
    ['plan', 'planned', { seen: 2, kept: 1, due: 1 }],
    ['sweep', 'opted-out', { seen: 2, due: 2 }],
    ['sweep', 'cannot-assume', {}],
    ['sweep', 'denied', { seen: 3, due: 3, deactivated: 1, failed: 2 }],
    ['sweep', 'throttled', { seen: 3, kept: 1, due: 2, deleted: 1, alreadyGone: 1 }],
    ['sweep', 'failed', { seen: 3, due: 3, deactivated: 1, failed: 1 }],
    ['undo', 'swept', { reactivated: 2 }],
    ['undo', 'swept', { reactivated: 1, alreadyGone: 1 }],
    ['undo', 'nothing-due', {}],
    ['undo', 'denied', { reactivated: 1, alreadyGone: 1, failed: 1 }],
  ])('finds nothing when a %s ends an account as %s with %j', (mode, outcome, keys) => {
    expect(check(mode, outcome, keys)).toEqual([]);
  });

  it.each<[RunMode, AccountOutcome, Partial<KeyCounts>]>([
    ['sweep', 'swept', { seen: 2, due: 2, deactivated: 1 }],
    ['sweep', 'swept', { seen: 2, due: 2, deactivated: 3 }],
    ['sweep', 'swept', { seen: 2, kept: 1, due: 1, deactivated: 1, deleted: 1 }],
    ['sweep', 'swept', { seen: 2, due: 2, deactivated: 1, failed: 1 }],
    ['sweep', 'swept', { seen: 1, due: 1, deactivated: 1, failed: 1 }],
    ['sweep', 'swept', { seen: 1, due: 1, reactivated: 1 }],
    ['sweep', 'nothing-due', { seen: 1, kept: 1, deactivated: 1 }],
    ['sweep', 'planned', { seen: 1, due: 1, deleted: 1 }],
    ['sweep', 'planned', { seen: 1, due: 1, alreadyGone: 1 }],
    ['sweep', 'planned', { seen: 1, due: 1, failed: 1 }],
    ['sweep', 'opted-out', { seen: 1, due: 1, deactivated: 1 }],
    ['sweep', 'failed', { seen: 1, due: 1, deactivated: 1, failed: 1 }],
    ['sweep', 'denied', { seen: 2, due: 2, reactivated: 1, failed: 1 }],
    ['sweep', 'denied', { seen: 2, kept: 2, due: 1 }],
    ['undo', 'swept', { seen: 1, kept: 1, reactivated: 1 }],
    ['undo', 'swept', { deactivated: 1 }],
    ['undo', 'swept', { deleted: 1 }],
    ['undo', 'swept', { reactivated: 1, failed: 1 }],
    ['undo', 'nothing-due', { reactivated: 1 }],
    ['undo', 'nothing-due', { reactivated: 1, alreadyGone: 1 }],
    ['sweep', 'nothing-due', { seen: 1, due: 1, deactivated: 1, failed: 1 }],
    ['undo', 'failed', { deactivated: 1 }],
  ])('finds that the keys do not add up when a %s ends an account as %s with %j', (mode, outcome, keys) => {
    expect(check(mode, outcome, keys)).toEqual([{ accountId: '1', problem: 'keys-do-not-add-up' }]);
  });
});
