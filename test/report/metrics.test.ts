import { describe, expect, it } from 'vitest';

import { OUTCOMES } from '../../src/ledger/outcomes.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { ACCOUNTS_NOT_COVERED, metricsOf, RUN_OK, STOPPED_BY_LIMIT } from '../../src/report/metrics.ts';
import { keyCounts, summary } from '../support/records.ts';

const values = (of: Partial<RunSummary>): Record<string, number> =>
  Object.fromEntries(metricsOf(summary(of)).map(({ name, value }) => [name, value]));

describe('the metrics of a run', () => {
  it.each<[RunSummary['verdict'], number, number]>([
    ['ok', 1, 0],
    ['incomplete', 0, 0],
    ['stopped', 0, 1],
    ['cancelled', 0, 0],
  ])('say whether it was ok: %s', (verdict, ok, stopped) => {
    expect(values({ verdict })).toMatchObject({ [RUN_OK]: ok, [STOPPED_BY_LIMIT]: stopped });
  });

  it('count the accounts by outcome, and those not covered', () => {
    const accounts = { swept: 5, 'opted-out': 2, 'cannot-assume': 3, denied: 1, 'not-reached': 4 };
    expect(values({ accountsListed: 15, accounts })).toMatchObject({
      AccountsListed: 15,
      [ACCOUNTS_NOT_COVERED]: 8,
      AccountsSwept: 5,
      AccountsOptedOut: 2,
      AccountsCannotAssume: 3,
      AccountsDenied: 1,
      AccountsNotReached: 4,
      AccountsThrottled: 0,
    });
  });

  it('count keys and seconds', () => {
    const keys = keyCounts({ seen: 9, due: 6, deactivated: 3, deleted: 2, failed: 1 });
    expect(
      values({ keys, escaped: 2, startedAt: '2026-11-27T22:55:00Z', finishedAt: '2026-11-27T22:56:30Z' }),
    ).toMatchObject({
      KeysSeen: 9,
      KeysDue: 6,
      KeysDeactivated: 3,
      KeysDeleted: 2,
      KeysFailed: 1,
      KeysEscaped: 2,
      Duration: 90,
    });
  });

  it('are the same for every run, zeros too, each once', () => {
    const names = metricsOf(summary()).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(metricsOf(summary({ verdict: 'stopped', accounts: {} })).map(({ name }) => name)).toEqual(names);
    expect(names.filter((name) => /^Accounts(?!Listed|NotCovered)/.test(name))).toHaveLength(
      OUTCOMES.ok.length + OUTCOMES.bad.length,
    );
    expect(Object.values(values({ accounts: {} })).every(Number.isFinite)).toBe(true);
  });
});
