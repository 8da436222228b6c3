import { decides, type RunSummary } from '../../ledger/record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { duration } from '../words.ts';
import { accountTable } from './account-table.ts';
import { unitNames } from './coverage.ts';
import { resultSection } from './result-section.ts';
import { accountsSection } from './accounts-section.ts';
import { moment } from './format.ts';
import { markup, trusted, type Html, type Value } from './html.ts';
import { notCoveredSection } from './not-covered-section.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style-sheet.ts';
import { evidenceSection } from './evidence-section.ts';
import { settingsSection } from './settings-section.ts';
import { totalsSection } from './totals-section.ts';
import { changesSection } from './changes-section.ts';
import { upcomingSection } from './upcoming-section.ts';

export interface PageInput {
  readonly run: StoredRun;
  /** Of earlier runs and this one, in any order. */
  readonly history: readonly RunSummary[];
  /** Of a text in UTF-8, in base64: the security policy names the page's own style and script by it. */
  readonly sha256: (text: string) => string;
}

/** One HTML file that loads nothing, works without script, and lets a browser run no script but its own. */
export function renderPage({ run, history, sha256 }: PageInput): string {
  const { started } = run;
  const rest = `run keysweep report ${started.runId} --csv FILE`;
  const units = run.units && unitNames(run);
  const table = accountTable(units, rest);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(sha256)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>${title(run)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">To the report</a>
${header(run)}
<main id="main">
${resultSection(run)}
${changesSection(run, history, table)}
${notCoveredSection(run, table)}
${upcomingSection(run, table)}
${decides(started.mode) && [totalsSection(run, units), settingsSection(run), evidenceSection(run)]}
${accountsSection(run, table)}
</main>
<footer><p>Made by keysweep ${started.keysweepVersion} from the ledger, which is authoritative.
This page loads nothing and holds no secret.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

/** https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy */
function contentSecurityPolicy(sha256: PageInput['sha256']): string {
  return [
    `default-src 'none'`,
    `style-src 'sha256-${sha256(STYLE)}'`,
    `script-src 'sha256-${sha256(SCRIPT)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ].join('; ');
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
    <a href="#changes">What changed?</a>
    <a href="#not-covered">What was not covered?</a>
    <a href="#upcoming">What comes next?</a>
    ${
      decides(started.mode) &&
      markup`<a href="#settings">Which rules?</a>
    <a href="#evidence">Evidence for what?</a>`
    }
    <a href="#accounts">Every account</a>
  </nav>
</header>`;
}
