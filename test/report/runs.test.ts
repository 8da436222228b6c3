import { describe, expect, it } from 'vitest';

import type { ListedRun } from '../../src/ledger/list-runs.ts';
import { runsJson } from '../../src/report/json.ts';
import { renderRuns } from '../../src/report/runs.ts';
import { PLAIN } from '../../src/report/style.ts';
import { keyCounts, runStarted, summary } from '../support/records.ts';

const caller = 'arn:aws:sts::111122223333:assumed-role/keysweep-rotator/keysweep';
const started = runStarted({ runId: '20261127T225500Z-1a2b3c', mode: 'sweep', caller });

const RUNS: readonly ListedRun[] = [
  { runId: '20261128T225500Z-1a2b3c', started: { ...started, mode: 'plan' }, status: 'unfinished' },
  { runId: '20261128T015500Z-1a2b3c', started, status: 'running' },
  {
    runId: '20261127T225500Z-1a2b3c',
    started,
    status: 'ended',
    summary: summary({
      verdict: 'incomplete',
      accountsListed: 41,
      accounts: { swept: 38, denied: 2, 'cannot-assume': 1 },
      keys: keyCounts({ due: 52, deactivated: 47, deleted: 3, failed: 2 }),
      startedAt: '2026-11-27T22:55:00.000Z',
      finishedAt: '2026-11-27T22:57:05.000Z',
    }),
  },
  {
    runId: '20261126T225500Z-1a2b3c',
    started: { ...started, filters: { accounts: ['111122223333'] }, reason: 'OPS-7' },
    status: 'ended',
    summary: summary({ accountsListed: 41 }),
  },
  { runId: '20261125T225500Z-1a2b3c', started, status: 'unfinished' },
  { runId: '20261124T225500Z-1a2b3c', started: undefined, status: 'unreadable', message: 'cut off' },
];

describe('the list of runs', () => {
  it('has a row for each run, with why a run is unfinished', () => {
    const rows = renderRuns({ runs: RUNS, total: 8 }, PLAIN).split('\n');
    const cells = rows.map((line) => line.trim().split(/ {2,}/));
    expect(cells).toEqual([
      ['run', 'mode', 'status', 'accounts', 'keys', 'duration', 'caller', 'reason'],
      ['20261128T225500Z-1a2b3c', 'plan', 'unfinished: running, or died', 'keysweep-rotator/keysweep'],
      ['20261128T015500Z-1a2b3c', 'sweep', 'running', 'keysweep-rotator/keysweep'],
      [
        '20261127T225500Z-1a2b3c',
        'sweep',
        'incomplete',
        '41, 3 not covered',
        '52 due, 47 deactivated, 3 deleted, 2 failed',
        '2 min 5 s',
        'keysweep-rotator/keysweep',
      ],
      [
        '20261126T225500Z-1a2b3c',
        'part sweep',
        'ok',
        '41',
        'none due',
        '0.0 s',
        'keysweep-rotator/keysweep',
        'OPS-7',
      ],
      ['20261125T225500Z-1a2b3c', 'sweep', 'unfinished: died', 'keysweep-rotator/keysweep'],
      ['20261124T225500Z-1a2b3c', '?', 'unreadable'],
      ['… and 2 more; --all shows them'],
      [''],
      ['8 runs'],
    ]);
  });

  it('says if there is none', () => {
    expect(renderRuns({ runs: [], total: 0 }, PLAIN)).toBe('The ledger has no runs.');
  });

  it('is one JSON document with the same fields in every row', () => {
    const { total, runs } = JSON.parse(runsJson({ runs: RUNS, total: 8 })) as {
      total: number;
      runs: Record<string, unknown>[];
    };
    expect(total).toBe(8);
    expect(runs[2]).toMatchObject({ status: 'ended', mode: 'sweep', caller, verdict: 'incomplete' });
    expect(runs[5]).toMatchObject({ status: 'unreadable', mode: null, verdict: null });
    expect(new Set(runs.map((run) => Object.keys(run).join())).size).toBe(1);
  });
});
