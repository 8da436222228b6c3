import { describe, expect, it } from 'vitest';

import { UnreadableLedgerError } from '../../src/ledger/errors.ts';
import type { AccountPlanned, IntendedWrite, LedgerRecord, WriteResult } from '../../src/ledger/record.ts';
import { foldAccounts, foldRun, hasResult } from '../../src/ledger/stored-run.ts';
import {
  accountFinished,
  accountsListed,
  AT,
  EVERY_RECORD,
  runStarted,
  summary,
} from '../support/records.ts';

const intended = (accessKeyId: string): IntendedWrite => ({
  accessKeyId,
  userName: 'ada',
  action: 'deactivate',
  reason: 'maxKeyAgeDays is 0',
  statusBefore: 'Active',
});
const intent = (accountId: string, ...ids: string[]): LedgerRecord => ({
  type: 'writes-intended',
  at: AT,
  accountId,
  writes: ids.map(intended),
});
const done = (
  accountId: string,
  ...results: Pick<WriteResult, 'accessKeyId' | 'outcome' | 'failure'>[]
): LedgerRecord => ({
  type: 'writes-done',
  at: AT,
  accountId,
  results: results.map((result) => ({ userName: 'ada', ...result })),
});

describe('foldRun', () => {
  it('puts every record in its place', async () => {
    const run = await foldRun(EVERY_RECORD);
    const [started, , planned, limits, , , finished] = EVERY_RECORD;
    expect(run.started).toEqual(started);
    expect(run.limits).toEqual(limits);
    expect(run.summary?.undoOf).toBeDefined();
    expect([...run.accounts.keys()]).toEqual(['222222222222', '333333333333']);
    expect(run.accounts.get('222222222222')).toMatchObject({ plan: planned, finished });
    expect(run.accounts.get('222222222222')?.writes.get('AKIA1')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'AccessDenied' },
      intended: { action: 'deactivate' },
    });
    expect(run.accounts.get('333333333333')).toMatchObject({
      plan: undefined,
      finished: { optOut: { until: '2027-01-31' } },
    });
    expect(run.notices.map(({ channel }) => channel)).toEqual(['events', 'mail']);
    expect(run.units?.map(({ name }) => name)).toEqual(['Root', 'Workloads']);
  });

  it('folds a plan of another writer that is read after the end of its account', async () => {
    const [, , planned] = EVERY_RECORD;
    // So many that they are packed.
    const many = Array.from({ length: 12 }, (_, n) => `AKIA${n}`);
    const run = await foldRun([
      runStarted(),
      accountsListed('222222222222'),
      intent('222222222222', ...many),
      done('222222222222', ...many.map((accessKeyId) => ({ accessKeyId, outcome: 'deactivated' as const }))),
      accountFinished('222222222222'),
      planned!,
    ]);
    const account = run.accounts.get('222222222222');
    expect(account?.plan).toEqual(planned);
    expect([...account!.writes.values()]).toMatchObject(
      many.map((accessKeyId) => ({
        accessKeyId,
        outcome: 'deactivated',
        intended: { action: 'deactivate' },
      })),
    );
    expect(account?.finished).toBeDefined();
  });

  it('shows what an interrupted run did', async () => {
    const run = await foldRun([
      runStarted(),
      accountsListed('1', '2', '3'),
      intent('1', 'A', 'B'),
      done('1', { accessKeyId: 'A', outcome: 'deactivated' }, { accessKeyId: 'B', outcome: 'already-gone' }),
      accountFinished('1'),
      intent('2', 'C', 'D'),
      done('2', { accessKeyId: 'C', outcome: 'deactivated' }),
    ]);
    expect(run.summary).toBeUndefined();
    expect([...run.accounts.values()].map(({ finished }) => finished !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
    const outcomes = [...run.accounts.values()].flatMap(({ writes }) =>
      [...writes.values()].map(({ accessKeyId, outcome }) => `${accessKeyId} ${outcome}`),
    );
    expect(outcomes).toEqual(['A deactivated', 'B already-gone', 'C deactivated', 'D unconfirmed']);
  });

  it('keeps the result of a key that was not attempted', async () => {
    const run = await foldRun([
      runStarted(),
      accountsListed('1'),
      done('1', { accessKeyId: 'A', outcome: 'not-attempted' }),
    ]);
    expect(run.accounts.get('1')?.writes.get('A')).toMatchObject({
      outcome: 'not-attempted',
      intended: undefined,
    });
  });

  it('has the summary of a finished run', async () => {
    const run = await foldRun([
      runStarted(),
      accountsListed('1'),
      accountFinished('1'),
      { type: 'run-finished', at: AT, summary: summary() },
    ]);
    expect(run.summary).toEqual(summary());
    expect(run.accounts.get('1')?.finished).toBeDefined();
  });

  it.each<[string, LedgerRecord[], string]>([
    ['no records', [], 'the run has no records'],
    ['another start', [accountsListed('1')], 'the first record, and no other, is run-started'],
    ['two starts', [runStarted(), runStarted()], 'the first record, and no other, is run-started'],
    [
      'an account that was not listed',
      [runStarted(), accountFinished('9')],
      'account 9 has records but was not listed',
    ],
    [
      'two outcomes of an account',
      [runStarted(), accountsListed('1'), accountFinished('1'), accountFinished('1')],
      'account 1 has two outcomes',
    ],
  ])('refuses %s', async (_, records, message) => {
    await expect(foldRun(records)).rejects.toThrow(UnreadableLedgerError);
    await expect(foldRun(records)).rejects.toThrow(message);
  });
});

describe('foldAccounts', () => {
  const [, , planned] = EVERY_RECORD;
  const users = (plan: { readonly users: number }): number => plan.users;

  it('folds the records of each account, and ignores others', async () => {
    const accounts = await foldAccounts(
      [
        runStarted(),
        planned!,
        intent('222222222222', 'A', 'B', 'C'),
        done('222222222222', { accessKeyId: 'A', outcome: 'deactivated' }),
        accountFinished('333333333333'),
      ],
      users,
    );
    expect([...accounts.keys()]).toEqual(['222222222222', '333333333333']);
    const { plan, writes, finished } = accounts.get('222222222222')!;
    expect([plan, finished]).toEqual([users(planned as AccountPlanned), undefined]);
    expect([...writes.values()].map(({ outcome }) => outcome)).toEqual([
      'deactivated',
      'unconfirmed',
      'unconfirmed',
    ]);
    expect(accounts.get('333333333333')?.finished).toBeDefined();
  });

  it('tells a write without a recorded result from one whose response was lost', async () => {
    const failure = {
      kind: 'failed',
      call: 'iam:DeleteAccessKey',
      code: 'TimeoutError',
      message: '',
    } as const;
    const lost = { accessKeyId: 'B', outcome: 'unconfirmed', failure } as const;
    const accounts = await foldAccounts(
      [intent('1', 'A', 'B', 'C'), done('1', { accessKeyId: 'A', outcome: 'deleted' }, lost)],
      users,
    );
    const writes = [...accounts.get('1')!.writes.values()];
    expect(writes.filter(hasResult).map(({ accessKeyId }) => accessKeyId)).toEqual(['A', 'B']);
  });

  it('keeps no writes of a finished account', async () => {
    const ended = [intent('1', 'A'), accountFinished('1')];
    expect((await foldAccounts(ended, users)).get('1')?.writes.size).toBe(0);
    await expect(foldAccounts([...ended, accountFinished('1')], users)).rejects.toThrow(
      'account 1 has two outcomes',
    );
  });
});
