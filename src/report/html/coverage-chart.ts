import { range, rollup } from 'd3-array';
import { scaleThreshold } from 'd3-scale';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { endingOf, unitsOf, type UnitOfAccounts } from './coverage.ts';
import { markup, type Html } from './html.ts';
import { cells, swatch, type Cell } from './marks.ts';
import { count, ENDINGS, type Ending } from './words.ts';

/** Side of a cell and the room between two, in CSS pixels: the more accounts, the smaller. */
const sizeFor = scaleThreshold<number, readonly [side: number, gap: number]>()
  .domain([150, 500, 3000])
  .range([
    [18, 4],
    [13, 3],
    [9, 2],
    [6, 1],
  ]);

/** So wide that a phone shows an OU without scrolling. */
const UNIT_WIDTH = 248;

/** Accounts up to which each cell tells its name; more would make the page slow. */
const NAMED = 1500;

/** Every account of the run as one cell, grouped by OU. */
export function coverageChart(run: StoredRun): Html {
  const known = run.units !== undefined;
  const units = unitsOf(run, known ? 'OU not known' : 'All accounts');
  const [side, gap] = sizeFor(run.accounts.size);
  const named = run.accounts.size <= NAMED;
  return markup`<figure class="coverage">
    <figcaption>
      <b>Coverage</b>: ${count(run.accounts.size)} ${run.accounts.size === 1 ? 'account' : 'accounts'}, one cell
      each${known ? ', by organizational unit' : ''}.
      ${!known && markup`This run did not have to ask where the accounts hang.`}
    </figcaption>
    ${legend(run)}
    <div class="units">${units.map((unit) => unitChart(unit, side, gap, named))}</div>
  </figure>`;
}

function legend(run: StoredRun): Html {
  const counts = rollup(run.accounts.values(), (own) => own.length, endingOf);
  const present = ENDING_ORDER.filter((ending) => counts.has(ending));
  return markup`<ul class="legend">
    ${present.map((ending) => markup`<li>${swatch(ending)} <b>${count(counts.get(ending) ?? 0)}</b> ${ending} <small>${ENDINGS[ending]}</small></li>`)}
  </ul>`;
}

const ENDING_ORDER = Object.keys(ENDINGS) as Ending[];

/** Rows after which the cells go on beside the first ones, so that three thousand accounts are no tower. */
const ROWS = 22;

function unitChart({ name, accounts }: UnitOfAccounts, side: number, gap: number, named: boolean): Html {
  const columns = Math.floor((UNIT_WIDTH + gap) / (side + gap));
  const sorted = accounts.toSorted((a, b) => rank(a) - rank(b));
  const blocks = range(0, sorted.length, columns * ROWS).map((from) =>
    sorted.slice(from, from + columns * ROWS),
  );
  return markup`<div class="unit${blocks.length > 1 && ' wide'}">
    <p class="name">${name} <span class="many">${count(accounts.length)}</span></p>
    <div class="units">${blocks.map((block) => blockOfCells(name, block, { columns, side, gap, named }))}</div>
  </div>`;
}

interface Grid {
  readonly columns: number;
  readonly side: number;
  readonly gap: number;
  readonly named: boolean;
}

function blockOfCells(
  name: string,
  accounts: readonly StoredAccount[],
  { columns, side, gap, named }: Grid,
): Html {
  const pitch = side + gap;
  const placed = accounts.map((account, index) => ({
    account,
    cell: { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch, side },
  }));
  const width = Math.min(accounts.length, columns) * pitch - gap;
  const height = Math.ceil(accounts.length / columns) * pitch - gap;
  return markup`<svg
      role="img"
      aria-label="${name}: ${inWords(accounts)}"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      ${named ? placed.map(({ account, cell }) => cells(endingOf(account), [cell], titleOf(account))) : together(placed)}
    </svg>`;
}

function together(placed: readonly { readonly account: StoredAccount; readonly cell: Cell }[]): Html[] {
  const byEnding = rollup(
    placed,
    (some) => some.map(({ cell }) => cell),
    ({ account }) => endingOf(account),
  );
  return [...byEnding].map(([ending, at]) => cells(ending, at, `${ending}: ${count(at.length)}`));
}

/** What needs a hand comes first. */
function rank(account: StoredAccount): number {
  return -ENDING_ORDER.indexOf(endingOf(account));
}

function inWords(accounts: readonly StoredAccount[]): string {
  const counts = rollup(accounts, (own) => own.length, endingOf);
  return [...counts].map(([ending, many]) => `${many} ${ending}`).join(', ');
}

function titleOf(account: StoredAccount): string {
  return `${account.account.name} (${account.account.id}): ${endingOf(account)}`;
}
