import { readFile } from 'node:fs/promises';

import { beforeAll, describe, expect, it } from 'vitest';

import { CELLS, runCells, type JudgedCell } from './matrix.ts';
import { CALLS, PAGE_FILE, section, sectionIn } from './page.ts';

/** Tests that every cell of these calls is as promised, and as docs/fault-matrix.md says. Files share the work, so that they run side by side. */
export function holdToThePage(isOurs: (call: string) => boolean): void {
  describe.each(CALLS.filter(isOurs))('%s', (call) => {
    const own = CELLS.filter(({ site }) => `${site.service}:${site.call}` === call);
    let cells: readonly JudgedCell[];
    beforeAll(async () => {
      cells = await runCells(own);
    });

    it('writes nothing that incomplete knowledge does not allow, whatever fails', () => {
      expect(listed(cells, 'wrong')).toEqual([]);
    });

    it('tells the truth, adds up, is loud, and gets done what it can', () => {
      expect(listed(cells, 'broken')).toEqual([]);
    });

    it('does what docs/fault-matrix.md says; if the change is meant, `npm run fault-matrix` writes it', async () => {
      const stored = await readFile(PAGE_FILE, 'utf8');
      expect(await section(call, cells)).toBe(sectionIn(stored, call));
    });
  });
}

function listed(cells: readonly JudgedCell[], what: 'wrong' | 'broken'): string[] {
  return cells.flatMap(({ site, harm, judgement }) =>
    judgement[what].map((words) => `${site.position}, ${harm.name}: ${words}`),
  );
}
