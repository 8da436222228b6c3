import { decides, type RunSummary } from '../../ledger/record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { duration } from '../words.ts';
import { accountTable } from './account-table.ts';
import { unitNames } from '../accounts-by-unit.ts';
import { resultSection } from './result-section.ts';
import { accountsSection } from './accounts-section.ts';
import { moment } from './format.ts';
import { markup, type Html, type Value } from './html.ts';
import { collect } from '../collect.ts';
import { KeptKeys, notCoveredSection } from './not-covered-section.ts';
import { renderDocument, type DocumentInput } from './document.ts';
import { Evidence, evidenceSection } from './evidence-section.ts';
import { inventorySection } from './inventory-section.ts';
import { settingsSection } from './settings-section.ts';
import { KeyTotals, totalsSection } from './totals-section.ts';
import { changesCollectors, changesSection } from './changes-section.ts';
import { upcomingSection } from './upcoming-section.ts';
import { Upcoming } from './upcoming.ts';

export interface PageInput extends Pick<DocumentInput, 'sha256'> {
  readonly run: StoredRun;
  /** Of earlier runs and this one, in any order. */
  readonly history: readonly RunSummary[];
}

export function renderPage({ run, history, sha256 }: PageInput): string {
  const { started } = run;
  const rest = `run keysweep report ${started.runId} --csv FILE`;
  const units = run.units && unitNames(run);
  const table = accountTable(units, rest);
  const { kept, upcoming, totals, evidence, ...changes } = collect(run, {
    ...changesCollectors(),
    kept: new KeptKeys(),
    upcoming: new Upcoming(),
    totals: new KeyTotals(),
    evidence: new Evidence(),
  });
  const main = [
    resultSection(run),
    started.mode === 'inventory' ? inventorySection(run) : changesSection(run, changes, history, table),
    notCoveredSection(run, kept, table),
    started.mode !== 'inventory' && upcomingSection(run, upcoming, table),
    decides(started.mode) && [
      totalsSection(run, totals, units),
      settingsSection(run),
      evidenceSection(run, evidence),
    ],
    accountsSection(run, table),
  ];
  const madeBy = started.keysweepVersion;
  return renderDocument({ title: title(run), header: header(run), main, madeBy, sha256 });
}

function title({ started, summary }: StoredRun): string {
  return `keysweep ${started.mode} ${started.runId}: ${summary?.verdict ?? 'interrupted'}`;
}

function header(run: StoredRun): Html {
  const { started, summary } = run;
  const facts: readonly (readonly [name: string, value: Value])[] = [
    ['run', markup`<code>${started.runId}</code>`],
    ['organization', markup`<code>${started.organizationId}</code>`],
    ['duration', summary && duration(summary)],
    ['scheduled for', started.scheduledFor && moment(new Date(started.scheduledFor))],
    ['notice of the sweep of', started.noticeFor && moment(new Date(started.noticeFor))],
    ['undo of', started.undoOf],
    ['reason', started.reason],
    ['users overridden', started.overrideUsers?.join(', ')],
    ['caller', markup`<code>${started.caller}</code>`],
    ['configuration', markup`<code>${started.configSha256.slice(0, 12)}</code>`],
  ];
  return markup`<header>
  <h1>keysweep ${started.mode}
    <small><time datetime="${started.at}">${moment(new Date(started.at))}</time></small></h1>
  <dl>
    ${facts.map(([name, value]) => value && markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
  </dl>
  <nav aria-label="Sections">
    <a href="#result">Did it work?</a>
    ${
      started.mode === 'inventory'
        ? markup`<a href="#inventory">Which keys are there?</a>`
        : markup`<a href="#changes">What changed?</a>`
    }
    <a href="#not-covered">What was not covered?</a>
    ${started.mode !== 'inventory' && markup`<a href="#upcoming">What comes next?</a>`}
    ${
      decides(started.mode) &&
      markup`<a href="#settings">Which rules?</a>
    <a href="#evidence">Evidence for what?</a>`
    }
    <a href="#accounts">Every account</a>
  </nav>
</header>`;
}
