import { readFile } from 'node:fs/promises';

import { beforeAll, describe, expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { attempt, play } from '../batches/playing.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import { sweepWith, type Cell, type Engine } from './cell.ts';
import { judgeCell } from './judge.ts';
import { CELLS, isForEveryDay, runCells, type JudgedCell } from './matrix.ts';
import { allowedInSteps } from './model.ts';
import { cellsOn, cellText, nameOfCell, PAGE_FILE } from './page.ts';
import { TARGETS } from './world.ts';

/**
 * All accounts in one batch, so that one call comes after the other. A step is not taken again: what fails,
 * fails for good.
 */
function inSteps(start: Date): Engine {
  const execution = { Name: 'faults', StartTime: start.toISOString() };
  return {
    runId: runIdOf(execution),
    sweep: (_, dependencies) =>
      play((event) => attempt(event, { build: KEYSWEEP }, dependencies(), TARGETS.length), execution),
  };
}

async function runInSteps(sandbox: Sandbox, cell: Cell): Promise<JudgedCell> {
  sandbox.reset();
  const outcome = await sweepWith(sandbox, cell, inSteps(sandbox.clock.now()));
  return { ...cell, outcome, judgement: judgeCell(cell, outcome, allowedInSteps(cell.site, cell.harm)) };
}

/** One failure of each kind; `KEYSWEEP_FAULTS=all` takes them all. */
const EVERY_DAY = [
  'throttled, always',
  'answer garbled, once',
  'denied by an identity policy',
  'slow beyond the deadline',
  'done, answer lost, then well',
];

/** The calls to the ledger are others: test/batches lets each of them fail. */
const OURS = CELLS.filter(({ site }) => site.service !== 's3' && site.service !== 'kms').filter(
  (cell) =>
    process.env.KEYSWEEP_FAULTS === 'all' ||
    (cell.harm.isAnswer ? isForEveryDay(cell) : EVERY_DAY.includes(cell.harm.name)),
);

const HALF_AN_HOUR = 30 * 60_000;

describe('a sweep in steps, with one call failing', () => {
  let cells: readonly JudgedCell[];
  beforeAll(async () => {
    cells = await runCells(OURS, runInSteps);
    process.stdout.write(`${cells.length} cells in steps\n`);
  }, HALF_AN_HOUR);

  it.each(['wrong', 'broken'] as const)('has nothing %s in any cell', (what) => {
    const found = cells.map((cell) => [fullNameOf(cell), cell.judgement[what]] as const);
    expect(found.filter(([, findings]) => findings.length > 0)).toEqual([]);
  });

  it('ends as docs/fault-matrix.md says of one process', async () => {
    const page = await readFile(PAGE_FILE, 'utf8');
    const timely = cells.filter(({ harm }) => !harm.beyondDeadline);
    const said = timely.map((cell) => [fullNameOf(cell), onPage(page, cell)] as const);
    expect(timely.map((cell) => [fullNameOf(cell), withoutError(cellText(cell))])).toEqual(said);
  });
});

function fullNameOf(cell: Cell): string {
  return `${callOf(cell)}, ${nameOfCell(cell)}`;
}

function callOf({ site: { service, call } }: Cell): string {
  return `${service}:${call}`;
}

function onPage(page: string, cell: Cell): string | undefined {
  const text = cellsOn(page, callOf(cell)).get(nameOfCell(cell));
  return text && withoutError(text);
}

/**
 * A run in steps that breaks off has a summary, where it has begun: the last step says that nothing was
 * listed.
 */
function withoutError(words: string): string {
  return words.replace(/, aborted .*$/, '');
}
