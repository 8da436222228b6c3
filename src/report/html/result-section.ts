import { sum } from 'd3-array';

import { decides, seesAllAccounts } from '../../ledger/record.ts';
import type { StoredRun } from '../../ledger/stored-run.ts';
import { changesLine, governedLine } from '../inventory.ts';
import { isCovered } from '../not-covered.ts';
import { PLAIN } from '../style.ts';
import { verdictLine } from '../verdict.ts';
import { plural } from '../words.ts';
import { coverageChart } from './coverage-chart.ts';
import { count } from './format.ts';
import { markup, type Html, type Value } from './html.ts';

export function resultSection(run: StoredRun): Html {
  const { summary, limits } = run;
  const ok = summary?.verdict === 'ok';
  return markup`<section aria-labelledby="result">
    <h2 id="result">Did it work?</h2>
    <p class="verdict ${ok ? 'good' : 'bad'}">
      <span aria-hidden="true">${ok ? '✓' : '✗'}</span> ${verdictLine(summary, PLAIN)}</p>
    ${summary && seesAllAccounts(summary.mode) && markup`<p>${governedLine(summary)}</p>`}
    ${summary?.inventory?.before && markup`<p>${changesLine(summary.inventory)}</p>`}
    ${part(run)}
    ${
      summary?.verdict === 'stopped' &&
      list(
        'Limits exceeded',
        (limits?.exceeded ?? []).map(({ limit, message }) => markup`<b>${limit}</b>: ${message}`),
      )
    }
    ${list('Problems', summary?.problems ?? [])}
    ${list('Warnings', summary?.warnings ?? [])}
    ${figures(run)}
    ${run.accounts.size > 0 && coverageChart(run)}
  </section>`;
}

function part({ started: { filters } }: StoredRun): Value {
  if (!filters) return undefined;
  const { accounts = [], organizationalUnits = [] } = filters;
  const filter = [
    ...(accounts.length > 0 ? [`--account ${firstOf(accounts)}`] : []),
    ...(organizationalUnits.length > 0 ? [`--ou ${firstOf(organizationalUnits)}`] : []),
  ];
  return markup`<p class="note">
    This run covers only part of the organization: <code>${filter.join(' ')}</code></p>`;
}

/** `apply` names every account of its plan. */
function firstOf(ids: readonly string[]): string {
  return ids.length > 5 ? `${ids.slice(0, 3).join(' ')} … (${ids.length})` : ids.join(' ');
}

export function list(title: string, items: readonly Value[]): Value {
  if (items.length === 0) return undefined;
  return markup`<h3>${title}</h3><ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

function figures(run: StoredRun): Html {
  const accounts = [...run.accounts.values()];
  const covered = accounts.filter(isCovered).length;
  const keys = (
    name: 'seen' | 'due' | 'deactivated' | 'deleted' | 'reactivated' | 'alreadyGone' | 'failed',
  ): number => sum(accounts, ({ finished }) => finished?.keys[name] ?? 0);
  const unconfirmed = sum(accounts, (stored) =>
    stored.finished
      ? 0
      : [...stored.writes.values()].filter(({ outcome }) => outcome === 'unconfirmed').length,
  );
  const tiles: readonly (readonly [what: string, many: number, always: boolean, bad?: boolean])[] = [
    [accounts.length === 1 ? 'account listed' : 'accounts listed', accounts.length, true],
    ['covered', covered, true],
    ['not covered', accounts.length - covered, true, true],
    ['keys seen', keys('seen'), seesAllAccounts(run.started.mode)],
    ['keys due', keys('due'), decides(run.started.mode)],
    ['deactivated', keys('deactivated'), ['sweep', 'revoke'].includes(run.started.mode)],
    ['deleted', keys('deleted'), run.started.mode === 'sweep'],
    ['reactivated', keys('reactivated'), run.started.mode === 'undo'],
    ['already gone', keys('alreadyGone'), false],
    ['failed or unconfirmed', keys('failed') + unconfirmed, false, true],
  ];
  return markup`<ul class="tiles">${tiles
    .filter(([, many, always]) => always || many > 0)
    .map(
      ([what, many, , bad]) =>
        markup`<li ${bad && many > 0 && markup`class="bad"`}><b>${count(many)}</b> ${what}</li>`,
    )}</ul>`;
}

/** `3 keys in 2 accounts` */
export function keysIn(keys: number, accounts: number): string {
  return `${plural(keys, 'key')} in ${plural(accounts, 'account')}`;
}
