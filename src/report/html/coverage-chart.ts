import { group, range, rollup } from 'd3-array';
import { scaleThreshold } from 'd3-scale';

import type { StoredAccount, StoredRun } from '../../ledger/stored-run.ts';
import { OUTCOME_MEANINGS, OUTCOME_ORDER } from '../explain.ts';
import { outcomeOf } from '../not-covered.ts';
import { countEach } from '../words.ts';
import { unitsOf, type UnitOfAccounts } from '../accounts-by-unit.ts';
import { count } from './format.ts';
import { markup, type Html } from './html.ts';
import { cells, swatch, type Cell } from './marks.ts';

/** In CSS pixels: the more accounts, the smaller. */
const sizeFor = scaleThreshold<number, readonly [side: number, gap: number]>()
  .domain([150, 500, 3000])
  .range([
    [18, 4],
    [13, 3],
    [9, 2],
    [6, 1],
  ]);

/** Fits a phone without scrolling. */
const UNIT_WIDTH = 248;

/** With more accounts, a title on each cell would make the page slow. */
const MOST_TITLES = 1500;

export function coverageChart(run: StoredRun): Html {
  const hasUnits = run.units !== undefined;
  const units = unitsOf(run, hasUnits ? 'OU unknown' : 'All accounts');
  const [side, gap] = sizeFor(run.accounts.size);
  const titled = run.accounts.size <= MOST_TITLES;
  return markup`<figure class="coverage">
    <figcaption>
      <b>Coverage</b>: one cell for each account${hasUnits ? ', by organizational unit' : ''}.
      ${!hasUnits && 'This run did not need to read the OUs of the accounts.'}
    </figcaption>
    ${legend(run)}
    <div class="units">${units.map((unit) => unitChart(unit, { side, gap, titled }))}</div>
  </figure>`;
}

function legend(run: StoredRun): Html {
  const counts = rollup(run.accounts.values(), (own) => own.length, outcomeOf);
  const present = OUTCOME_ORDER.filter((outcome) => counts.has(outcome));
  return markup`<ul class="legend">
    ${present.map(
      (outcome) =>
        markup`<li>${swatch(outcome)} <b>${count(counts.get(outcome) ?? 0)}</b> ${outcome}
          <small>${OUTCOME_MEANINGS[outcome]}</small></li>`,
    )}
  </ul>`;
}

/** Rows of one block; a large OU becomes several blocks side by side. */
const ROWS = 22;

interface CellStyle {
  readonly side: number;
  readonly gap: number;
  /** Whether each cell has a title. */
  readonly titled: boolean;
}

function unitChart({ name, accounts }: UnitOfAccounts, style: CellStyle): Html {
  const { side, gap } = style;
  const columns = Math.floor((UNIT_WIDTH + gap) / (side + gap));
  const sorted = accounts.toSorted((a, b) => rank(b) - rank(a));
  const blocks = range(0, sorted.length, columns * ROWS).map((from) =>
    sorted.slice(from, from + columns * ROWS),
  );
  return markup`<div class="unit${blocks.length > 1 && ' wide'}">
    <p class="name">${name} <span class="many">${count(accounts.length)}</span></p>
    <div class="units">${blocks.map((block) => blockOfCells(name, block, columns, style))}</div>
  </div>`;
}

function blockOfCells(
  name: string,
  accounts: readonly StoredAccount[],
  columns: number,
  { side, gap, titled }: CellStyle,
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
      aria-label="${name}: ${describe(accounts)}"
      width="${width}"
      height="${height}"
      viewBox="0 0 ${width} ${height}"
    >
      ${
        titled
          ? placed.map(({ account, cell }) => cells(outcomeOf(account), [cell], titleOf(account)))
          : cellsByOutcome(placed)
      }
    </svg>`;
}

function cellsByOutcome(placed: readonly { readonly account: StoredAccount; readonly cell: Cell }[]): Html[] {
  const byOutcome = group(placed, ({ account }) => outcomeOf(account));
  return [...byOutcome].map(([outcome, own]) =>
    cells(
      outcome,
      own.map(({ cell }) => cell),
      `${outcome}: ${count(own.length)}`,
    ),
  );
}

/** The highest needs attention first. */
function rank(account: StoredAccount): number {
  return OUTCOME_ORDER.indexOf(outcomeOf(account));
}

function describe(accounts: readonly StoredAccount[]): string {
  return countEach(accounts.map(outcomeOf));
}

function titleOf(account: StoredAccount): string {
  return `${account.account.name} (${account.account.id}): ${outcomeOf(account)}`;
}
