import { group, rollup } from 'd3-array';

import type { Examination, Finding, NotCovered } from '../doctor/finding.ts';
import { columns } from './columns.ts';
import { printable } from './printable.ts';
import type { Style } from './style.ts';
import { tableSection, type TextOptions } from './text.ts';
import { countEach, plural } from './words.ts';

type Status = Finding['status'];

export function countFindings(findings: readonly Finding[]): Readonly<Record<Status, number>> {
  const counts = { problem: 0, warning: 0, unknown: 0, ok: 0 };
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

/**
 * An examination for people: problems in full, what is ok counted.
 * @param localZone the reader's IANA time zone
 */
export function renderDoctor(examination: Examination, options: TextOptions, localZone: string): string {
  const { findings, notCovered } = examination;
  const sections = [
    ...groupFindings(findings).map((same) => renderGroup(same, options)),
    renderOk(findings, options),
    renderFirings(examination, localZone, options),
    renderNotCovered(notCovered, options),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

const TITLES: Readonly<Record<Exclude<Status, 'ok'>, string>> = {
  problem: 'PROBLEM',
  warning: 'WARNING',
  unknown: 'NOT CHECKED',
};

export function doctorVerdict(findings: readonly Finding[], { bold, good, bad, warn }: Style): string {
  const { problem, warning, unknown, ok } = countFindings(findings);
  const rest = `${plural(warning, 'warning')}, ${unknown} not checked, ${ok} ok`;
  if (problem > 0) return bad(bold(`${plural(problem, 'problem')}, ${rest}.`));
  return (warning + unknown > 0 ? warn : good)(bold(`No problem: ${rest}.`));
}

type OpenFinding = Exclude<Finding, { status: 'ok' }>;

const ORDER = ['problem', 'warning', 'unknown'] as const;

/** Findings that differ only in subject and detail form one group. */
function groupFindings(findings: readonly Finding[]): OpenFinding[][] {
  const open = ORDER.flatMap((status) => findings.filter((one): one is OpenFinding => one.status === status));
  const same = ({ status, check, summary, impact, fix }: OpenFinding): string =>
    JSON.stringify([status, check, summary, impact, fix]);
  return [...group(open, same).values()];
}

function renderGroup(
  same: readonly OpenFinding[],
  { style: { bold, bad, warn, dim }, rows }: TextOptions,
): string {
  const [first] = same;
  if (!first) return '';
  const paint = first.status === 'problem' ? bad : warn;
  const subjects = same.slice(0, rows).map(({ subject }) => subject);
  const rest = same.length > subjects.length ? ` and ${same.length - subjects.length} more (--all)` : '';
  const details = same.flatMap(({ subject, detail }) => (detail === undefined ? [] : [{ subject, detail }]));
  const shown = rows === Infinity ? details : details.slice(0, 1);
  return [
    `${paint(bold(TITLES[first.status]))}  ${bold(printable(first.summary))}  ${dim(first.check)}`,
    `  subject  ${printable(subjects.join(', '))}${rest}`,
    `  impact   ${printable(first.impact)}`,
    `  fix      ${printable(first.fix)}`,
    ...shown.map(({ subject, detail }) =>
      dim(`  detail   ${same.length > 1 ? `${printable(subject)}: ` : ''}${printable(detail)}`),
    ),
  ].join('\n');
}

/** Accounts are only counted, unless all rows are shown. */
function renderOk(findings: readonly Finding[], { style: { bold, good }, rows }: TextOptions): string {
  const all = findings.filter(({ status }) => status === 'ok');
  const accounts = all.filter(({ check }) => check === 'read-account');
  const others = rows === Infinity ? all : all.filter(({ check }) => check !== 'read-account');
  const lines = [
    ...others.map(({ subject, summary }) => `  ${printable(subject)}: ${printable(summary)}`),
    ...(rows === Infinity ? [] : countAccounts(accounts)),
  ];
  return lines.length === 0 ? '' : [good(bold('OK')), ...lines].join('\n');
}

function countAccounts(accounts: readonly Finding[]): string[] {
  const counts = rollup(
    accounts,
    ({ length }) => length,
    ({ summary }) => summary,
  );
  return [...counts].map(([summary, count]) => `  ${plural(count, 'account')}: ${printable(summary)}`);
}

function renderFirings(
  { nextFirings, timezone }: Examination,
  localZone: string,
  { style }: TextOptions,
): string {
  if (nextFirings.length === 0) return '';
  const head = timezone === localZone ? [timezone] : [timezone, `${localZone} (here)`];
  const rows = nextFirings.map((at) =>
    timezone === localZone ? [inZone(at, timezone)] : [inZone(at, timezone), inZone(at, localZone)],
  );
  return `Next sweeps\n${columns(head, rows, style)}`;
}

/** Such as `Fri 2026-11-27 23:55`. */
function inZone(at: Date, timeZone: string): string {
  const weekday = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' });
  // Swedish dates are ISO 8601.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${weekday.format(at)} ${date.format(at)}`;
}

function renderNotCovered(notCovered: readonly NotCovered[], options: TextOptions): string {
  const title = `Not covered, as configured: ${countEach(notCovered.map(({ status }) => status))}`;
  const rows = notCovered.map(({ accountId, accountName, status, reason, fix }) => [
    ...[accountId, accountName, status, reason, fix],
  ]);
  return tableSection(title, ['account', 'name', 'status', 'reason', 'fix'], rows, options);
}
