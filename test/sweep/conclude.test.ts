import { describe, expect, it } from 'vitest';

import { readRecords } from '../../src/ledger/read-run.ts';
import { openRunLog } from '../../src/ledger/run-log.ts';
import { foldRun } from '../../src/ledger/stored-run.ts';
import { summaryKey } from '../../src/ledger/run-keys.ts';
import { concludeRun, type RunEnd } from '../../src/sweep/conclude.ts';
import type { RunContext } from '../../src/sweep/run-context.ts';
import { account, accountFinished, keyCounts, RUN_ID, runStarted } from '../support/records.ts';
import { memoryStore } from '../support/memory-store.ts';
import { onSandbox, organizationOf } from '../support/sweeping.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

/** Ends a run of two accounts that were both swept, but for what a test says. */
async function conclude(overrides: Partial<RunEnd> = {}, times: Partial<RunContext> = {}) {
  const store = memoryStore();
  const log = openRunLog(store, RUN_ID);
  await log.append([runStarted()]);
  const { dependencies } = await onSandbox({ organization: organizationOf(0) });
  const summary = await concludeRun(
    {
      mode: 'sweep',
      filtered: false,
      listed: [account(FIRST), account(SECOND)],
      finished: [FIRST, SECOND].map((id) =>
        accountFinished(id, { keys: keyCounts({ seen: 2, kept: 1, due: 1, deactivated: 1 }) }),
      ),
      exceeded: [],
      problems: [],
      warnings: [],
      ...overrides,
    },
    {
      ...dependencies(),
      store,
      log,
      runId: RUN_ID,
      startedAt: new Date('2026-11-27T22:55:00Z'),
      now: () => new Date('2026-11-27T22:57:30Z'),
      organization: { id: 'o-a1b2c3d4e5', managementAccountId: '999999999999' },
      ...times,
    },
  );
  return { summary, store };
}

const limit = { limit: 'maxKeys', allowed: 1, found: 2, message: 'too many' } as const;

describe('the end of a run', () => {
  it('adds everything up and is stored as a record and as a file', async () => {
    const { summary, store } = await conclude({ warnings: ['soon'] });
    expect(summary).toMatchObject({
      runId: RUN_ID,
      verdict: 'ok',
      accountsListed: 2,
      accounts: { swept: 2 },
      keys: { seen: 4, kept: 2, due: 2, deactivated: 2 },
      startedAt: '2026-11-27T22:55:00.000Z',
      finishedAt: '2026-11-27T22:57:30.000Z',
      warnings: ['soon'],
    });
    const { summary: stored } = await foldRun(readRecords(store, RUN_ID));
    expect(stored).toEqual(summary);
    expect(JSON.parse((await store.get(summaryKey(RUN_ID))) ?? '')).toEqual(
      JSON.parse(JSON.stringify(summary)),
    );
  });

  it.each<[string, Partial<RunEnd>, object]>([
    ['what this process sent', {}, { calls: 0, throttles: 0 }],
    ['what several processes sent', { requests: { calls: 7, throttles: 1 } }, { calls: 7, throttles: 1 }],
  ])('counts %s', async (_, end, requests) => {
    expect((await conclude(end)).summary).toMatchObject(requests);
  });

  it('says which run it undid', async () => {
    const finished = [FIRST, SECOND].map((id) =>
      accountFinished(id, { keys: keyCounts({ reactivated: 1 }) }),
    );
    expect((await conclude({ mode: 'undo', undoOf: RUN_ID, finished })).summary).toMatchObject({
      mode: 'undo',
      undoOf: RUN_ID,
      verdict: 'ok',
    });
  });

  it('has the scheduled time, and the time of the announced sweep', async () => {
    const times = { scheduledFor: '2026-11-27T22:55:00.000Z', noticeFor: '2026-11-28T22:55:00.000Z' };
    expect((await conclude({}, times)).summary).toMatchObject(times);
    const { summary } = await conclude();
    expect(summary).not.toHaveProperty('scheduledFor');
    expect(summary).not.toHaveProperty('noticeFor');
    expect(summary).not.toHaveProperty('undoOf');
  });

  it.each<[string, Partial<RunEnd>, string]>([
    ['a problem', { problems: ['a group is misspelled'] }, 'incomplete'],
    [
      'an account that ended badly',
      { finished: [accountFinished(FIRST), accountFinished(SECOND, { outcome: 'denied' })] },
      'incomplete',
    ],
    ['a limit that was exceeded', { exceeded: [limit] }, 'stopped'],
    ['a question that was answered with no', { declined: true, problems: ['x'] }, 'cancelled'],
    ['a limit and a problem', { exceeded: [limit], problems: ['x'] }, 'stopped'],
    [
      'only good outcomes',
      {
        finished: [
          accountFinished(FIRST, { outcome: 'opted-out' }),
          accountFinished(SECOND, { outcome: 'planned' }),
        ],
      },
      'ok',
    ],
  ])('with %s', async (_, end, verdict) => {
    expect((await conclude(end)).summary.verdict).toBe(verdict);
  });

  it.each<[string, Partial<RunEnd>, RegExp]>([
    ['an account without an end', { finished: [accountFinished(FIRST)] }, /100000000002 without-outcome/],
    [
      'an account with two',
      { finished: [FIRST, SECOND, SECOND].map((id) => accountFinished(id)) },
      /100000000002 two-outcomes/,
    ],
    ['an account that nobody listed', { listed: [account(FIRST)] }, /100000000002 outcome-of-unlisted/],
    [
      'an account that was listed twice',
      { listed: [FIRST, SECOND, SECOND].map(account) },
      /100000000002 listed-twice/,
    ],
    [
      'a write that was dropped',
      {
        finished: [accountFinished(FIRST), accountFinished(SECOND, { keys: keyCounts({ seen: 1, due: 1 }) })],
      },
      /100000000002 keys-do-not-add-up/,
    ],
    [
      'keys that do not add up',
      {
        finished: [accountFinished(FIRST), accountFinished(SECOND, { keys: keyCounts({ seen: 3, due: 1 }) })],
      },
      /100000000002 keys-do-not-add-up/,
    ],
  ])('is never ok with %s', async (_, end, problem) => {
    const { summary } = await conclude(end);
    expect(summary.verdict).toBe('incomplete');
    expect(summary.problems.join('\n')).toMatch(problem);
  });
});
