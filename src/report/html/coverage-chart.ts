import { rollup } from 'd3-array';
import { scaleThreshold } from 'd3-scale';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { plural } from '../text.ts';
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
const UNIT_WIDTH = 288;

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
      <b>Coverage</b>: ${plural(run.accounts.size, 'account')}, one cell
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

function unitChart({ name, accounts }: UnitOfAccounts, side: number, gap: number, named: boolean): Html {
  const pitch = side + gap;
  const columns = Math.min(accounts.length, Math.floor((UNIT_WIDTH + gap) / pitch));
  const sorted = accounts.toSorted((a, b) => rank(a) - rank(b));
  const placed = sorted.map((account, index) => ({
    account,
    cell: { x: (index % columns) * pitch, y: Math.floor(index / columns) * pitch, side },
  }));
  const width = columns * pitch - gap;
  const height = Math.ceil(accounts.length / columns) * pitch - gap;
  return markup`<div class="unit">
    <p class="name">${name} <span class="many">${count(accounts.length)}</span></p>
    <svg
      role="img"
      aria-label="${name}: ${inWords(accounts)}"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      ${named ? placed.map(({ account, cell }) => cells(endingOf(account), [cell], titleOf(account))) : together(placed)}
    </svg>
  </div>`;
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
