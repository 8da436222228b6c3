import { sum } from 'd3-array';

import { OUTCOMES, type AccountOutcome } from '../../ledger/outcomes.ts';
import type { RunSummary } from '../../ledger/record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { countNotCovered } from '../not-covered.ts';
import { plural } from '../words.ts';
import { accountTable } from './account-table.ts';
import type { AgeGroup } from './ages.ts';
import { unitNames } from '../accounts-by-unit.ts';
import { coverageChart } from './coverage-chart.ts';
import { renderDocument, type DocumentInput } from './document.ts';
import { escapedKeys } from './escapes-section.ts';
import { moment } from './format.ts';
import { historyChart } from './history-chart.ts';
import { markup, trusted, type Html, type Value } from './html.ts';
import { stackChart, type Bar, type Layer } from './stack-chart.ts';
import { numbers, table, type Column } from './table.ts';
import { upcomingSection } from './upcoming-section.ts';
import { upcomingOf } from './upcoming.ts';

/** A run as the index of all runs knows it. */
export interface SiteRun {
  readonly runId: string;
  /** Undefined: it was interrupted, or has not ended; then it may have no page. */
  readonly summary: RunSummary | undefined;
  readonly ages?: readonly AgeGroup[] | undefined;
}

export interface SiteInput extends Pick<DocumentInput, 'sha256' | 'madeBy'> {
  /** Newest first. */
  readonly runs: readonly SiteRun[];
  /** The last plan or sweep of the whole organization. */
  readonly latest: StoredRun | undefined;
}

/** The index of all runs: their pages are in `runs/<run ID>/report.html` beside it. */
export function renderSite({ runs, latest, madeBy, sha256 }: SiteInput): string {
  const accounts = latest && accountTable(latest.units && unitNames(latest), 'see the page of the run');
  const escapes = latest && accounts && escapedKeys(latest, accounts);
  const main = [
    markup`<section aria-labelledby="year"><h2 id="year">How did the year go?</h2>${charts(runs)}</section>`,
    latest &&
      accounts && [
        markup`<section aria-labelledby="now"><h2 id="now">Where does it stand?</h2>
          <p>As of ${link(latest.started.runId)}, ${moment(new Date(latest.started.at))}.</p>
          ${coverageChart(latest)} ${escapes ?? markup`<p>No key escaped.</p>`}</section>`,
        upcomingSection(latest, upcomingOf(latest), accounts),
      ],
    markup`<section aria-labelledby="runs"><h2 id="runs">Every run</h2>
      ${table({ caption: 'Runs', columns: RUNS, rows: runs, rest: 'run keysweep runs --all' })}
    </section>`,
  ];
  const title = 'keysweep: all runs';
  return renderDocument({ title, header: header(latest), main, madeBy, sha256 });
}

function header(latest: StoredRun | undefined): Html {
  return markup`<header>
  <h1>keysweep
    <small>all runs ${latest && markup`of <code>${latest.started.organizationId}</code>`}</small></h1>
  <nav aria-label="Sections"><a href="#year">The year</a>
    ${latest && trusted('<a href="#now">Where does it stand?</a> <a href="#upcoming">What comes next?</a>')}
    <a href="#runs">Every run</a></nav>
</header>`;
}

/** A run ID has no character that a URL would need to escape. */
function link(runId: string): Html {
  return markup`<a href="runs/${runId}/report.html">${runId}</a>`;
}

const YEAR_MS = 366 * 24 * 60 * 60 * 1000;

type Sweep = SiteRun & { readonly summary: RunSummary };

function charts(runs: readonly SiteRun[]): Value {
  const newest = Date.parse(runs.find(({ summary }) => summary)?.summary?.startedAt ?? '');
  const sweeps = runs
    .filter((run): run is Sweep => run.summary?.mode === 'sweep' && !run.summary.filtered)
    .filter(({ summary }) => newest - Date.parse(summary.startedAt) <= YEAR_MS)
    .toReversed();
  const aged = sweeps.filter(({ ages }) => ages !== undefined);
  const ok = sweeps.filter(({ summary }) => summary.verdict === 'ok').length;
  return markup`<p>${plural(sweeps.length, 'sweep')} of the whole organization within a year, ${ok} ok.
      ${sweeps.length < 2 && 'Charts need two.'}</p>
    <div class="charts">
      ${historyChart(sweeps.map(({ summary }) => summary))}
      ${stackChart(markup`<b>Active keys after each sweep</b>, by age.`, AGES, aged.map(agesBar))}
      ${stackChart(markup`<b>Coverage</b>: accounts of each sweep.`, COVERAGE, sweeps.map(coverageBar))}
    </div>`;
}

function about({ runId, summary }: Sweep) {
  return { runId, startedAt: new Date(summary.startedAt), ok: summary.verdict === 'ok' };
}

type AgeKey = 'month' | 'quarter' | 'year' | 'older';
const AGES: readonly Layer<AgeKey>[] = [
  { key: 'month', name: 'up to 30 days' },
  { key: 'quarter', name: '30 to 90 days' },
  { key: 'year', name: '90 days to 1 year' },
  { key: 'older', name: 'over 1 year', hatched: true },
];

function agesBar(run: Sweep): Bar<AgeKey> {
  const after = (from: number, to: number): number =>
    sum((run.ages ?? []).slice(from, to), (own) => own.after);
  return { ...about(run), month: after(0, 2), quarter: after(2, 3), year: after(3, 5), older: after(5, 7) };
}

type CoverageKey = 'covered' | 'planned' | 'excluded' | 'missed';
const COVERAGE: readonly Layer<CoverageKey>[] = [
  { key: 'covered', name: 'swept, or nothing due' },
  { key: 'planned', name: 'planned' },
  { key: 'excluded', name: 'excluded on purpose' },
  { key: 'missed', name: 'not covered', hatched: true },
];

function coverageBar(run: Sweep): Bar<CoverageKey> {
  const many = (outcomes: readonly AccountOutcome[]): number =>
    sum(outcomes, (outcome) => run.summary.accounts[outcome] ?? 0);
  const excluded = many(['opted-out', 'out-of-scope', 'not-active']);
  const covered = many(['swept', 'nothing-due']);
  return { ...about(run), covered, planned: many(['planned']), excluded, missed: many(OUTCOMES.bad) };
}

const RUNS: readonly Column<SiteRun>[] = [
  { head: 'run', kind: 'id', cell: ({ runId, summary }) => (summary ? link(runId) : runId) },
  { head: 'mode', cell: ({ summary }) => summary && `${summary.filtered ? 'part ' : ''}${summary.mode}` },
  { head: 'verdict', cell: ({ summary }) => summary?.verdict ?? 'interrupted, or not ended' },
  numbers('accounts', ({ summary }) => summary?.accountsListed),
  numbers('not covered', ({ summary }) => summary && countNotCovered(summary)),
  ...(['due', 'deactivated', 'deleted', 'reactivated'] as const).map((name) =>
    numbers<SiteRun>(name, ({ summary }) => summary?.keys[name]),
  ),
  numbers('escaped', ({ summary }) => summary && (summary.escaped ?? 0)),
];
