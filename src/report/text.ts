import { isOk, OUTCOMES, type AccountOutcome } from '../ledger/outcomes.ts';
import type { RunStarted, RunSummary } from '../ledger/record.ts';
import { type StoredRun } from '../ledger/stored-run.ts';
import { missingGroupLines } from './missing-groups.ts';
import { ACCOUNT_ADVICE } from '../aws/advice.ts';
import { columns } from './columns.ts';
import { notCovered, type NotCovered } from './not-covered.ts';
import { printable } from './printable.ts';
import { keyLines, MACHINE_SIGNS, machineUserLines, type KeyLine } from './key-lines.ts';
import type { Style } from './style.ts';
import { noticeLines } from './notice-lines.ts';
import { duration } from './words.ts';

export interface TextOptions {
  readonly style: Style;
  /** Rows of a table after which the rest is only counted; Infinity for all. */
  readonly rows: number;
}

/** A run as an operator reads it: did it work, what needs a hand, what changed, what comes. Pure. */
export function renderRun(run: StoredRun, options: TextOptions): string {
  const sections = [
    heading(run, options.style),
    counts(run),
    limits(run, options),
    needsYou(run, options),
    section('Problems', lines(run.summary?.problems ?? [])),
    lackedGroups(run, options),
    keys(run, options),
    machines(run, options),
    section('Warnings', lines(run.summary?.warnings ?? [])),
    notices(run, options),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function heading({ started, summary }: StoredRun, { bold, dim }: Style): string {
  const what = purpose(started);
  const part = started.filters ? ', part of the organization' : '';
  const time = summary ? `, ${duration(summary)}` : '';
  return [
    bold(`${what}  ${started.runId}`),
    dim(`organization ${printable(started.organizationId)}${part}, ${started.at}${time}`),
  ].join('\n');
}

function purpose({ mode, undoOf, noticeFor, scheduledFor }: RunStarted): string {
  if (undoOf !== undefined) return `${mode} of ${undoOf}`;
  if (noticeFor !== undefined) return `${mode}, notice of the sweep of ${noticeFor}`;
  return scheduledFor === undefined ? mode : `${mode} scheduled for ${scheduledFor}`;
}

/** Two lines: every account, and every key, once. */
function counts(run: StoredRun): string {
  const accounts = [...run.accounts.values()].map(({ finished }) => finished?.outcome ?? 'without an end');
  const outcomes = [...OUTCOMES.ok, ...OUTCOMES.bad, 'without an end'] as const;
  const perOutcome = outcomes.map(
    (outcome) => [accounts.filter((own) => own === outcome).length, outcome] as const,
  );
  const sum = accounts.length === 0 ? 'none listed' : `${listed(perOutcome)} = ${accounts.length} listed`;
  const lines = [`accounts  ${sum}`];
  return [...lines, ...(run.summary ? [`keys      ${keyCounts(run.summary)}`] : [])].join('\n');
}

function keyCounts({ keys, mode }: RunSummary): string {
  const read = mode === 'undo' ? '' : `${keys.seen} seen = ${keys.kept} kept + ${keys.due} due`;
  const written = listed([
    [keys.deactivated, 'deactivated'],
    [keys.deleted, 'deleted'],
    [keys.reactivated, 'reactivated'],
    [keys.alreadyGone, 'already gone'],
    [keys.failed, 'failed or in doubt'],
  ]);
  return [read, written].filter((text) => text !== '').join('; ') || 'none';
}

/** `22 swept + 9 nothing-due`, without zeros. */
function listed(counts: readonly (readonly [count: number, what: string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(' + ');
}

function notices({ notices: all }: StoredRun, { rows }: TextOptions): string {
  const shown = noticeLines(all);
  return section(
    'Notices sent',
    shown
      .slice(0, rows)
      .map((line) => `  ${line}`)
      .join('\n'),
    shown.length - rows,
  );
}

function lackedGroups(run: StoredRun, { rows }: TextOptions): string {
  const groups = missingGroupLines(run);
  return section('Groups that accounts lack', lines(groups.slice(0, rows)), groups.length - rows);
}

function limits({ limits: checked, summary }: StoredRun, { style }: TextOptions): string {
  if (summary?.verdict !== 'stopped') return '';
  return section(
    style.bad('Limits exceeded'),
    lines((checked?.exceeded ?? []).map(({ limit, message }) => `${limit}: ${message}`)),
  );
}

/** By outcome, with what to do about each once. */
function needsYou(run: StoredRun, options: TextOptions): string {
  const outcomes = notCovered(run).map((ended) => badAccounts(ended, options));
  return section(options.style.bad('Not covered'), outcomes.join('\n\n'));
}

function badAccounts({ outcome, groups }: NotCovered, { style, rows }: TextOptions): string {
  const advice = outcome === undefined ? 'The run was interrupted. Run again.' : adviceOn(outcome);
  const total = groups.reduce((sum, { accounts }) => sum + accounts.length, 0);
  const head = `${style.bold(outcome ?? 'without an end')} (${total})${advice === undefined ? '' : `: ${advice}`}`;
  const shown: string[] = [];
  let left = rows;
  for (const { accounts, reason } of groups) {
    if (left <= 0) break;
    for (const { account } of accounts.slice(0, left))
      shown.push(`    ${account.id}  ${printable(account.name)}`);
    if (reason !== '') shown.push(style.dim(`      ${printable(reason)}`));
    left -= accounts.length;
  }
  return [`  ${head}`, ...shown, ...more(total - rows, '    ')].join('\n');
}

function adviceOn(outcome: AccountOutcome): string | undefined {
  return isOk(outcome) ? undefined : ACCOUNT_ADVICE[outcome];
}

function keys(run: StoredRun, { rows }: TextOptions): string {
  const all = keyLines(run).toSorted((a, b) => Number(isForetold(a)) - Number(isForetold(b)));
  const shown = all
    .slice(0, rows)
    .map((line) => [
      line.accountId,
      line.accountName,
      line.userName,
      line.accessKeyId,
      age(line, run),
      line.what,
      line.reason,
    ]);
  const head = ['account', 'name', 'user', 'key', 'age', 'what', 'why'];
  return section('Keys', columns(head, shown), all.length - shown.length);
}

/** What was done comes before what was not, which in a roll-out is most of it. */
function isForetold({ what }: KeyLine): boolean {
  return what.startsWith('would ');
}

function machines(run: StoredRun, { rows }: TextOptions): string {
  const all = machineUserLines(run);
  const shown = all
    .slice(0, rows)
    .map((line) => [
      line.accountId,
      line.accountName,
      line.userName,
      String(line.dueKeys),
      line.armed ? 'armed' : '',
      MACHINE_SIGNS[line.sign],
    ]);
  const head = ['account', 'name', 'user', 'due', '', 'sign'];
  return section('Perhaps machines', columns(head, shown), all.length - shown.length);
}

function age({ createDate }: KeyLine, { started }: StoredRun): string {
  if (!createDate) return '';
  return `${Math.floor((Date.parse(started.at) - createDate.getTime()) / 86_400_000)} d`;
}

function section(title: string, body: string, left = 0): string {
  if (body === '') return '';
  return [title, body, ...more(left)].join('\n');
}

export function more(left: number, indent = '  '): string[] {
  return left > 0 ? [`${indent}… and ${left} more; --all shows them`] : [];
}

function lines(texts: readonly string[]): string {
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => `  ${printable(line)}`)
    .join('\n');
}
