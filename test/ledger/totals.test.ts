import { describe, expect, it } from 'vitest';

import { checkCoverage, NO_KEYS, totals } from '../../src/ledger/totals.ts';
import { account, accountFinished, keyCounts } from './records.ts';

describe('totals', () => {
  it('counts accounts per outcome and adds up every count of their keys', () => {
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
  const fine = ['1', '2'].map((id) => accountFinished(id, { keys: keyCounts({ seen: 3, kept: 1, due: 2 }) }));

  it('finds nothing when every account has one outcome', () => {
    expect(checkCoverage([account('1'), account('2')], fine)).toEqual([]);
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
    expect(checkCoverage(listed.map(account), finished)).toEqual([{ accountId, problem }]);
  });
});
