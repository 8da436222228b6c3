import { describe, expect, it } from 'vitest';

import type { Cell } from '../../bench/cells.ts';
import { goals } from '../../bench/goals.ts';
import { notes } from '../../bench/notes.ts';
import type { Run } from '../../bench/processes.ts';
import { growthOf, rowOf, type Row } from '../../bench/results.ts';

const MEBIBYTE = 2 ** 20;

/** A run that did what there was to do with the calls that it takes. */
function runOf(accounts: number, more: Partial<Run> = {}): Run {
  const work = {
    targets: accounts,
    users: 20 * accounts,
    tagged: 16 * accounts,
    due: 20 * accounts,
    written: accounts,
    lastWritten: accounts,
    keptByTag: 0,
    batches: accounts,
    readAgain: 16 * accounts,
  };
  const again = accounts > 30 ? 30 + Math.ceil(accounts / 20) : accounts;
  const organization = 2 + Math.ceil((accounts + 1) / 20) + again;
  return {
    failed: '',
    seconds: accounts / 12,
    cpuSeconds: accounts / 40,
    peakBytes: 100 * MEBIBYTE + accounts * 1024,
    liveBytes: 0,
    sandboxSeconds: 0,
    calls: { 'iam:ListAccessKeys': 95 * accounts + organization },
    work,
    left: { due: 0, othersTouched: 0 },
    ...more,
  };
}

function cellOf(
  contender: Cell['contender'],
  accounts: number,
  trouble: Cell['setting']['trouble'] = 'none',
): Cell {
  return { contender, setting: { accounts, users: 25, latency: 60, trouble } };
}

function rowsOf(...runs: readonly (readonly [Cell, Run])[]): Row[] {
  const rows: Row[] = [];
  for (const [cell, run] of runs) rows.push(rowOf(cell, run, rows));
  return rows;
}

describe('a row', () => {
  it('is compared with the bare SDK at the size that is nearest', () => {
    const rows = rowsOf(
      [cellOf('bare', 100), runOf(100, { cpuSeconds: 6 })],
      [cellOf('bare', 1_000), runOf(1_000, { cpuSeconds: 30 })],
      ...[25, 100, 500, 10_000].map((size) => [cellOf('keysweep', size), runOf(size)] as const),
    );
    const [small = 0, large = 0] = rows.map(({ cpuPerCall }) => cpuPerCall);
    expect(rows.map(({ bareCpuPerCall }) => bareCpuPerCall)).toEqual([
      small,
      large,
      small,
      small,
      large,
      large,
    ]);
  });
});

describe('the memory', () => {
  it('is a straight line through all sizes', () => {
    const rows = rowsOf(
      ...[100, 1_000, 10_000].map((size) => [cellOf('keysweep', size), runOf(size)] as const),
    );
    const growth = growthOf(rows);
    expect(growth?.perAccount).toBeCloseTo(1024, 3);
    expect(growth?.base).toBeCloseTo(100 * MEBIBYTE, 0);
    expect(growthOf(rows.slice(0, 1))).toBeUndefined();
  });
});

describe('the goals', () => {
  it('are judged where they hold, with what there was instead', () => {
    const told = goals(
      rowsOf(
        [cellOf('bare', 1_000), runOf(1_000)],
        [cellOf('keysweep', 1_000), runOf(1_000)],
        [cellOf('keysweep', 10_000), runOf(10_000, { peakBytes: 600 * MEBIBYTE })],
      ),
    );
    expect(told).toEqual([
      expect.stringMatching(
        /latency and width at most 1.10, from 1,000 accounts on: not met: 5.8\d at 1,000 × 60 ms, /,
      ),
      expect.stringMatching(/this processor at most 1.10, from 1,000 accounts on: not met: 3.33 at /),
      'goal: calls exactly those needed: met',
      'goal: CPU of a call at most 0.75 × the bare SDK’s: not met: ' +
        '1.00 at 1,000 × 60 ms, 1.00 at 10,000 × 60 ms',
      'goal: peak memory at most 512 MiB, from 10,000 accounts on: not met: 600 MiB at 10,000 × 60 ms',
      'goal: within the 900 s of one Lambda, from 10,000 accounts on: met',
    ]);
  });
});

describe('the notes', () => {
  it('tell whether accounts with trouble held up the others, and who left work undone', () => {
    const rows = rowsOf(
      [cellOf('bare', 1_000), runOf(1_000)],
      [cellOf('keysweep', 1_000), runOf(1_000, { mostDoneSeconds: 20 })],
      [cellOf('keysweep', 1_000, 'slow'), runOf(1_000, { mostDoneSeconds: 21 })],
      [cellOf('original', 1_000), runOf(1_000, { failed: 'broken', left: { due: 7, othersTouched: 3 } })],
      [cellOf('sequential', 25), runOf(25, { seconds: 90 })],
    );
    const told = notes({ conditions: { date: 'today' }, rows, leftOut: ['the moon'] });
    expect(told).toContain(
      'with 1 % of the accounts slow, 98 of 100 accounts were done after 21.0 s, ' +
        'against 20.0 s without them: 1.05; a call took 1.00 × the CPU time',
    );
    expect(told).toContain(
      'original at 1,000 × 60 ms: broken; 7 of 20,000 due keys were left active; ' +
        '3 keys that were not due were changed',
    );
    expect(told).toContain(
      'left out: the plain loop beyond 25 × 60 ms; in proportion it would take 60.0 min at 1,000',
    );
    expect(told.at(-1)).toBe('left out: the moon');
  });
});
