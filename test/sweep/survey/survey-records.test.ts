import { describe, expect, it } from 'vitest';

import { NO_KEYS } from '../../../src/ledger/totals.ts';
import { accountsListed, endedBySurvey } from '../../../src/sweep/survey/survey-records.ts';
import type { Survey } from '../../../src/sweep/survey/survey-organization.ts';
import { configWith } from '../../support/build-config.ts';
import { account, AT } from '../../support/records.ts';
import { FIRST, SECOND } from '../plan/plans.ts';

const THIRD = '100000000003';
const FAILURE = { kind: 'throttled', call: 'organizations:X', code: 'TooMany', message: 'slow' } as const;
const OPT_OUT = { owner: 'pay@example.com', reason: 'audit', until: '2026-11-27' };

const survey = (overrides: Partial<Survey> = {}): Survey => ({
  accounts: [account(FIRST)],
  units: undefined,
  targets: [],
  leftOut: [],
  undecided: [],
  warnings: [],
  ...overrides,
});

const context = {
  config: configWith({ optOuts: [{ account: FIRST, ...OPT_OUT }] }),
  startedAt: new Date(AT),
  now: () => new Date(AT),
};

describe('the list of accounts in the ledger', () => {
  it('has the OUs if they were read', () => {
    const list = { type: 'accounts-listed', at: AT, accounts: [account(FIRST)] };
    const units = [{ id: 'r-ab12', name: 'Root', accounts: [FIRST] }];
    expect(accountsListed(survey(), context)).toStrictEqual(list);
    expect(accountsListed(survey({ units }), context)).toStrictEqual({ ...list, units });
  });

  it('has the groups of report.groupBy', () => {
    const listed = accountsListed(survey({ groups: new Map([[FIRST, 'payments']]) }), context);
    expect(listed.groups).toStrictEqual({ [FIRST]: 'payments' });
  });
});

describe('the outcome of an account that is not a target', () => {
  const ended = (overrides: Partial<Survey>, others: object = {}) =>
    endedBySurvey(survey(overrides), { ...context, ...others });
  const end = { type: 'account-finished', at: AT, keys: NO_KEYS };
  const optedOut = (id: string) => ({ account: account(id), outcome: 'opted-out', reason: 'why' }) as const;

  it('has its outcome, its reason and no keys', () => {
    const leftOut = [{ account: account(SECOND), outcome: 'not-active', reason: 'state CLOSED' } as const];
    const undecided = [{ account: account(THIRD), failure: FAILURE }];
    expect(ended({ leftOut, undecided })).toStrictEqual([
      { ...end, accountId: SECOND, outcome: 'not-active', reason: 'state CLOSED' },
      { ...end, accountId: THIRD, outcome: 'throttled', reason: 'organizations:X: TooMany: slow' },
    ]);
  });

  it('has its opt-out, with owner, reason and last day', () => {
    expect(ended({ leftOut: [optedOut(FIRST)] })).toStrictEqual([
      { ...end, accountId: FIRST, outcome: 'opted-out', reason: 'why', optOut: OPT_OUT },
    ]);
  });

  it('has no opt-out when it is left out for another reason, or by its tag', () => {
    const outOfScope = { account: account(FIRST), outcome: 'out-of-scope', reason: 'why' } as const;
    for (const end of ended({ leftOut: [outOfScope, optedOut(SECOND)] }))
      expect(end).not.toHaveProperty('optOut');
  });

  it('has no opt-out that has ended at the time of the run, or of the sweep that it announces', () => {
    const leftOut = [optedOut(FIRST)];
    const later = new Date('2026-11-28T00:00:00Z');
    expect(ended({ leftOut }, { startedAt: later })[0]).not.toHaveProperty('optOut');
    expect(ended({ leftOut }, { noticeFor: later.toISOString() })[0]).not.toHaveProperty('optOut');
    expect(ended({ leftOut }, { startedAt: later, noticeFor: AT })[0]).toHaveProperty('optOut');
  });
});
