import { readFile } from 'node:fs/promises';

import { beforeAll, describe, expect, it } from 'vitest';

import { CELLS, isForEveryDay, runCells, type JudgedCell } from './matrix.ts';
import { CALLS, cellsOn, cellText, nameOfCell, PAGE_FILE } from './page.ts';

/** On a machine that is busy with other things. */
const HALF_AN_HOUR = 30 * 60_000;

const ALL = process.env.KEYSWEEP_FAULTS === 'all';

/**
 * Tests that the cells of these calls are as promised, and as docs/fault-matrix.md says. Files share the
 * calls between them, so that they can run side by side.
 */
export function holdToThePage(isOurs: (call: string) => boolean): void {
  let cells: readonly JudgedCell[];
  let stored: string;
  beforeAll(async () => {
    const ours = CELLS.filter(({ site }) => isOurs(`${site.service}:${site.call}`));
    cells = await runCells(ALL ? ours : ours.filter(isForEveryDay));
    stored = await readFile(PAGE_FILE, 'utf8');
  }, HALF_AN_HOUR);

  describe.each(CALLS.filter(isOurs))('%s', (call) => {
    const own = () => cells.filter(({ site }) => `${site.service}:${site.call}` === call);

    it('writes nothing on incomplete information, whatever fails', () => {
      expect(findings(own(), 'wrong')).toEqual([]);
    });

    it('is true, adds up, reports failures, and does what is possible', () => {
      expect(findings(own(), 'broken')).toEqual([]);
    });

    it('matches docs/fault-matrix.md; `npm run fault-matrix` writes an intended change', () => {
      const page = cellsOn(stored, call);
      // How far a sweep came before its deadline depends on the machine.
      const timeless = own().filter(({ harm }) => !harm.beyondDeadline);
      const names = timeless.map(nameOfCell);
      expect(names).not.toEqual([]);
      expect(Object.fromEntries(timeless.map((cell) => [nameOfCell(cell), cellText(cell)]))).toEqual(
        Object.fromEntries(names.map((name) => [name, page.get(name)])),
      );
    });
  });
}

function findings(cells: readonly JudgedCell[], what: 'wrong' | 'broken'): string[] {
  return cells.flatMap((cell) => cell.judgement[what].map((words) => `${nameOfCell(cell)}: ${words}`));
}
