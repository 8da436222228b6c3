import type { Examination, Finding, NotCovered } from '../doctor/finding.ts';
import { columns } from './columns.ts';
import { printable, printableJson } from './printable.ts';
import type { Style } from './style.ts';
import { type TextOptions } from './text.ts';
import { plural } from './words.ts';

type Status = Finding['status'];

/** How many findings there are of each kind. Pure. */
export function countFindings(findings: readonly Finding[]): Readonly<Record<Status, number>> {
  const counts = { problem: 0, warning: 0, unknown: 0, ok: 0 };
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

/** The one document that `--json` prints; members are added, never changed, within a version. Pure. */
export function doctorJson(examination: Examination): string {
  const { at, findings, notCovered, nextFirings, timezone } = examination;
  const counts = countFindings(findings);
  return printableJson({
    version: 1,
    at,
    counts,
    findings,
    notCovered,
    schedule: { timezone, nextFirings },
  });
}

/**
 * An examination as an operator reads it: what needs a hand in full, the rest counted. Pure.
 * @param localZone IANA time zone of whoever reads it
 */
export function renderDoctor(examination: Examination, options: TextOptions, localZone: string): string {
  const { findings, notCovered } = examination;
  const sections = [
    ...grouped(findings).map((group) => complaint(group, options)),
    fine(findings, options),
    firings(examination, localZone),
    uncovered(notCovered, options),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

const TITLES: Readonly<Record<Exclude<Status, 'ok'>, string>> = {
  problem: 'PROBLEM',
  warning: 'WARNING',
  unknown: 'CANNOT TELL',
};

/** The line that says whether all is well. Pure. */
export function doctorVerdict(findings: readonly Finding[], { bold, good, bad, warn }: Style): string {
  const { problem, warning, unknown, ok } = countFindings(findings);
  const rest = `${plural(warning, 'warning')}, ${unknown} that nobody could tell, ${ok} fine`;
  if (problem > 0) return bad(bold(`${plural(problem, 'problem')}, ${rest}.`));
  return (warning + unknown > 0 ? warn : good)(bold(`No problem: ${rest}.`));
}

type Complained = Exclude<Finding, { status: 'ok' }>;

const ORDER = ['problem', 'warning', 'unknown'] as const;

/** What is the matter in the same words is one matter, wherever it is. */
function grouped(findings: readonly Finding[]): (readonly [Complained, ...Complained[]])[] {
  const groups = new Map<string, [Complained, ...Complained[]]>();
  for (const finding of findings) {
    if (finding.status === 'ok') continue;
    const key = JSON.stringify([finding.status, finding.check, finding.what, finding.why, finding.cure]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a[0].status) - ORDER.indexOf(b[0].status));
}

function complaint(
  group: readonly [Complained, ...Complained[]],
  { style: { bold, bad, warn, dim }, rows }: TextOptions,
): string {
  const [first] = group;
  const paint = first.status === 'problem' ? bad : warn;
  const places = group.slice(0, rows).map(({ where }) => where);
  const more = group.length > places.length ? ` and ${group.length - places.length} more (--all)` : '';
  const details = group.flatMap(({ where, detail }) => (detail === undefined ? [] : [{ where, detail }]));
  const shown = rows === Infinity ? details : details.slice(0, 1);
  return [
    `${paint(bold(TITLES[first.status]))}  ${bold(printable(first.what))}  ${dim(first.check)}`,
    `  where   ${printable(places.join(', '))}${more}`,
    `  why     ${printable(first.why)}`,
    `  do      ${printable(first.cure)}`,
    ...shown.map(({ where, detail }) =>
      dim(`  detail  ${group.length > 1 ? `${printable(where)}: ` : ''}${printable(detail)}`),
    ),
  ].join('\n');
}

/** Single things by name, accounts by their number. */
function fine(findings: readonly Finding[], { style: { bold, good }, rows }: TextOptions): string {
  const all = findings.filter(({ status }) => status === 'ok');
  const accounts = all.filter(({ check }) => check === 'read-account');
  const others = rows === Infinity ? all : all.filter(({ check }) => check !== 'read-account');
  const lines = [
    ...others.map(({ where, what }) => `  ${printable(where)}: ${printable(what)}`),
    ...(rows === Infinity ? [] : counted(accounts)),
  ];
  return lines.length === 0 ? '' : [good(bold('FINE')), ...lines].join('\n');
}

function counted(accounts: readonly Finding[]): string[] {
  return [...new Set(accounts.map(({ what }) => what))].map((what) => {
    const same = accounts.filter((account) => account.what === what).length;
    return `  ${plural(same, 'account')}: ${printable(what)}`;
  });
}

function firings({ nextFirings, timezone }: Examination, localZone: string): string {
  if (nextFirings.length === 0) return '';
  const head = timezone === localZone ? [timezone] : [timezone, `${localZone} (here)`];
  const rows = nextFirings.map((at) =>
    timezone === localZone ? [inZone(at, timezone)] : [inZone(at, timezone), inZone(at, localZone)],
  );
  return `Next sweeps\n${columns(head, rows)}`;
}

/** Such as `Fri 2026-11-27 23:55`. */
function inZone(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('weekday')} ${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}`;
}

function uncovered(notCovered: readonly NotCovered[], { rows }: TextOptions): string {
  if (notCovered.length === 0) return '';
  const kinds = [...new Set(notCovered.map(({ outcome }) => outcome))];
  const counts = kinds.map(
    (kind) => `${notCovered.filter(({ outcome }) => outcome === kind).length} ${kind}`,
  );
  const shown = notCovered.slice(0, rows);
  const more =
    notCovered.length > shown.length
      ? [`  … and ${notCovered.length - shown.length} more; --all shows them`]
      : [];
  return [
    `Not covered, as accounts.json and the organization have it: ${counts.join(', ')}`,
    columns(
      ['account', 'name', 'is', 'why', 'to change it'],
      shown.map(({ accountId, name, outcome, reason, cure }) => [accountId, name, outcome, reason, cure]),
    ),
    ...more,
  ].join('\n');
}
