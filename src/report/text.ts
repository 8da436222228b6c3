import { decides, seesAllAccounts, type RunStarted, type RunSummary } from '../ledger/record.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { collect } from './collect.ts';
import { columns, indented } from './columns.ts';
import { MACHINE_SIGNS, OUTCOME_ORDER } from './explain.ts';
import { changesLine, governedLine, inventoryTables, type InventoryTable } from './inventory.ts';
import { isDelete, isLeft, KeyLines, MachineUserLines, type KeyLine } from './key-lines.ts';
import { lastLines } from './last-lines.ts';
import { missingGroupLines } from './missing-groups.ts';
import { notCovered, outcomeOf, type NotCovered } from './not-covered.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { noticeLines } from './notice-lines.ts';
import { ageInDays, duration } from './words.ts';

export interface TextOptions {
  readonly style: Style;
  /** Most rows of a table; the others are counted. */
  readonly rows: number;
}

export interface RunText {
  readonly body: string;
  /** What must not be missed, for the end of all that is printed. */
  readonly end: string;
}

export function renderRun(run: StoredRun, options: TextOptions): RunText {
  const { started } = run;
  const { keys, machines } = collect(run, {
    keys: new KeyLines(options.rows, (a, b) => rank(a) - rank(b)),
    machines: new MachineUserLines(options.rows),
  });
  const sections = [
    heading(run, options.style),
    counts(run),
    ...(started.mode === 'inventory' ? inventoryTables(run).map((one) => inventoryTable(one, options)) : []),
    list('Warnings', run.summary?.warnings ?? [], options),
    badAccounts(run, options),
    list('Problems', run.summary?.problems ?? [], options),
    list('Missing groups', missingGroupLines(run), options, options.rows),
    keyTable(keys, run, options),
    machineTable(machines, options),
    list('Notices sent', noticeLines(run.notices), options, options.rows),
  ];
  const body = sections.filter((text) => text !== '').join('\n\n');
  return { body, end: lastLines(run.summary, keys, options.style) };
}

function heading({ started, summary }: StoredRun, { bold, dim }: Style): string {
  const part = started.filters ? ', part of the organization' : '';
  const time = summary ? `, ${duration(summary)}` : '';
  return [
    bold(`${purpose(started)}  ${started.runId}`),
    dim(`organization ${printable(started.organizationId)}${part}, ${started.at}${time}`),
    ...intent(started).map(dim),
  ].join('\n');
}

/** Who started it, if they said why. */
function intent({ caller, reason, overrideUsers }: RunStarted): string[] {
  const names = overrideUsers ? `, users overridden: ${overrideUsers.join(', ')}` : '';
  return reason === undefined ? [] : [printable(`by ${caller}: ${reason}${names}`)];
}

function purpose({ mode, undoOf, noticeFor, scheduledFor }: RunStarted): string {
  if (undoOf !== undefined) return `${mode} of ${undoOf}`;
  if (noticeFor !== undefined) return `${mode}, notice of the sweep of ${noticeFor}`;
  return scheduledFor === undefined ? mode : `${mode} scheduled for ${scheduledFor}`;
}

function counts(run: StoredRun): string {
  const outcomes = [...run.accounts.values()].map(outcomeOf);
  const perOutcome = OUTCOME_ORDER.map(
    (outcome) => [outcomes.filter((own) => own === outcome).length, outcome] as const,
  );
  const sum = outcomes.length === 0 ? 'none listed' : `${sumOf(perOutcome)} = ${outcomes.length} listed`;
  const { summary } = run;
  return [
    `accounts  ${sum}`,
    ...(summary && summary.mode !== 'inventory' ? [`keys      ${keyCounts(summary)}`] : []),
    ...(summary && seesAllAccounts(summary.mode) ? [governedLine(summary)] : []),
    ...(summary?.inventory ? changesLine(summary.inventory) : []),
  ].join('\n');
}

function keyCounts({ keys, mode }: RunSummary): string {
  const read = decides(mode) ? `${keys.seen} seen = ${keys.kept} kept + ${keys.due} due` : '';
  const written = sumOf([
    [keys.deactivated, 'deactivated'],
    [keys.deleted, 'deleted'],
    [keys.reactivated, 'reactivated'],
    [keys.alreadyGone, 'already gone'],
    [keys.failed, 'failed, unconfirmed or not attempted'],
  ]);
  return [read, written].filter((text) => text !== '').join('; ') || 'none';
}

/** `22 swept + 9 nothing-due`, without zeros. */
function sumOf(counts: readonly (readonly [count: number, what: string])[]): string {
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(' + ');
}

function badAccounts(run: StoredRun, options: TextOptions): string {
  const outcomes = notCovered(run).map((group) => badOutcome(group, options));
  return section(options.style.bad('Not covered'), outcomes.join('\n\n'));
}

function badOutcome({ outcome, advice, groups }: NotCovered, { style, rows }: TextOptions): string {
  const total = groups.reduce((sum, { accounts }) => sum + accounts.length, 0);
  const shown: string[] = [];
  let left = rows;
  for (const { accounts, reason } of groups) {
    if (left <= 0) break;
    for (const { account } of accounts.slice(0, left))
      shown.push(`    ${account.id}  ${printable(account.name)}`);
    if (reason !== '') shown.push(style.dim(indented(printable(reason), '      ', style)));
    left -= accounts.length;
  }
  return [
    indented(`${style.bold(outcome)} (${total}): ${advice}`, '  ', style),
    ...shown,
    ...more(total - rows, '    '),
  ].join('\n');
}

function inventoryTable({ title, head, rows }: InventoryTable, options: TextOptions): string {
  return tableSection(
    title,
    head,
    rows.map((row) => row.map(String)),
    options,
  );
}

function keyTable({ rows }: KeyLines, { started }: StoredRun, { style }: TextOptions): string {
  const { shown, total } = rows;
  const cells = shown.map(({ account, userName, accessKeyId, createDate, outcome, reason }) => [
    account.id,
    account.name,
    userName,
    accessKeyId,
    createDate ? `${ageInDays(createDate, started.at)} d` : '',
    outcome,
    reason,
  ]);
  const head = ['account', 'name', 'user', 'key', 'age', 'outcome', 'reason'];
  const paint = (line: string, row: number): string => {
    const key = shown[row];
    return key && isDelete(key) ? style.bad(line) : line;
  };
  return section('Keys', columns(head, cells, { ...style, paint }), total - shown.length);
}

/** What was done comes first: in a roll-out, most keys are only due. Then what cannot be restored. */
function rank(key: KeyLine): number {
  return (isLeft(key) ? 2 : 0) + (isDelete(key) ? 0 : 1);
}

function machineTable({ rows }: MachineUserLines, { style }: TextOptions): string {
  const cells = rows.shown.map(({ account, userName, dueKeys, armed, sign }) => [
    account.id,
    account.name,
    userName,
    String(dueKeys),
    armed ? 'yes' : 'no',
    MACHINE_SIGNS[sign],
  ]);
  const head = ['account', 'name', 'user', 'due keys', 'armed', 'sign'];
  return section('Possible machine users', columns(head, cells, style), rows.total - rows.shown.length);
}

/** Nothing for no rows. */
export function tableSection(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { style, rows: most }: TextOptions,
): string {
  return section(title, columns(head, rows.slice(0, most), style), rows.length - most);
}

function section(title: string, body: string, left = 0): string {
  if (body === '') return '';
  return [title, body, ...more(left)].join('\n');
}

export function more(left: number, indent = '  '): string[] {
  return left > 0 ? [`${indent}… and ${left} more; --all shows them`] : [];
}

function list(title: string, texts: readonly string[], { style }: TextOptions, most = Infinity): string {
  const lines = texts.slice(0, most).flatMap((text) => text.split('\n'));
  const body = lines.map((line) => indented(printable(line), '  ', style)).join('\n');
  return section(title, body, texts.length - most);
}
