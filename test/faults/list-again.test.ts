import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Fault } from '../../sandbox/faults/faults.ts';
import { breakBuild } from '../properties/broken-build.ts';
import { sweepWith, type Engine } from './cell.ts';
import { HARMS } from './harms.ts';
import { judgeCell } from './judge.ts';
import { runCells, type JudgedCell } from './matrix.ts';
import type { Allowed } from './model.ts';
import { NOTHING, sites, type Site } from './site.ts';
import { DUE, RUN_ID } from './world.ts';

/** The pages of the list that is read again; before them come the three of the first list. */
const PAGES: readonly Site[] = sites(
  'organizations:ListAccounts',
  { position: 'first, of payments and search', nth: 4, governs: NOTHING, isPage: 'first' },
  { position: 'second, of web', nth: 5, governs: NOTHING, isPage: 'later' },
  {
    position: 'second, of search and web',
    nth: 5,
    governs: NOTHING,
    isPage: 'later',
    after: [{ service: 'organizations', call: 'ListAccounts', kind: 'short-page', occurrence: 4 }] as Fault[],
  },
);

const CELLS = PAGES.flatMap((site) => HARMS.filter((harm) => harm.at(site)).map((harm) => ({ site, harm })));

/** Whatever a page says or does not say, describing the accounts says enough. */
function allowed({ site, harm }: Pick<JudgedCell, 'site' | 'harm'>): Allowed {
  const silently = new Set(harm.change?.(site)?.spares ?? []);
  const must = new Set(harm.beyondDeadline ? [] : DUE.filter((key) => !silently.has(key)));
  return { may: new Set(DUE), must, silently };
}

/** In the fault matrix, no sweep has more accounts than are described one by one. */
describe('a sweep that finds its accounts by listing them again', () => {
  let built: Awaited<ReturnType<typeof breakBuild>>;
  let cells: readonly JudgedCell[];
  beforeAll(async () => {
    built = await breakBuild({
      file: 'src/sweep/apply/recheck-target.ts',
      line: 'config.optOutTag ? Infinity : DESCRIBED',
      instead: '0',
    });
    // Asked whether to revoke, it reads nothing again before it has planned.
    const approve = (): Promise<boolean> => Promise.resolve(true);
    const engine: Engine = {
      runId: RUN_ID,
      sweep: (runId, dependencies) =>
        built.build.runSweep({ mode: 'sweep', filters: {}, runId, approve }, dependencies()),
    };
    cells = await runCells(CELLS, async (sandbox, cell) => {
      sandbox.reset();
      const outcome = await sweepWith(sandbox, cell, engine);
      return { ...cell, outcome, judgement: judgeCell(cell, outcome, allowed(cell)) };
    });
  }, 10 * 60_000);
  afterAll(() => built.remove());

  it.each(PAGES.map(({ position }) => position))(
    'writes nothing else, and leaves nothing, whatever happens to its page %s',
    (position) => {
      const own = cells.filter(({ site }) => site.position === position);
      expect(own.length).toBeGreaterThan(30);
      const found = own.flatMap(({ harm, judgement: { wrong, broken } }) =>
        [...wrong, ...broken].map((words) => `${harm.name}: ${words}`),
      );
      expect(found).toEqual([]);
    },
  );

  it('ends well, unless its time was over, or an account was closed after its page was read', () => {
    const ends = cells.filter(({ site, harm }) => !harm.beyondDeadline && !harm.change?.(site));
    const failed = ends.filter(({ outcome }) => outcome.exitCode !== 0);
    expect(failed.map(({ site, harm }) => `${site.position}: ${harm.name}`)).toEqual([]);
  });
});
