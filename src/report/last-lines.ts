import { decides, type RunSummary } from '../ledger/record.ts';
import { indented } from './columns.ts';
import { governedLine } from './inventory.ts';
import type { KeyLines } from './key-lines.ts';
import { countNotCovered } from './not-covered.ts';
import type { Style } from './style.ts';
import { verdictLine } from './verdict.ts';
import { plural } from './words.ts';

/** What must not be missed, at the end: whether the run worked, why not, and what it does to keys. */
export function lastLines(summary: RunSummary | undefined, keys: KeyLines, style: Style): string {
  const limits = summary?.limitsExceeded ?? [];
  return [
    verdictLine(summary, style),
    ...limits.map(({ limit, message }) => indented(`${style.bad(limit)}: ${message}`, '  ', style)),
    ...(summary ? [style.bold(indented(keysLine(summary, keys, style), '', style))] : []),
  ].join('\n');
}

/** In this order; by the outcome of a key. */
const WORDS = {
  deleted: 'deleted for good',
  deactivated: 'deactivated',
  reactivated: 'reactivated',
  'already-gone': 'already gone',
  failed: 'failed',
  unconfirmed: 'unconfirmed',
  'not-attempted': 'not attempted',
  'to delete': 'to delete for good',
  'to deactivate': 'to deactivate',
} as const;

/** `Plan: 111 to delete for good, 153 to deactivate, 137 kept, 4 accounts not covered.` */
function keysLine(summary: RunSummary, { counts, unarmed }: KeyLines, { bad }: Style): string {
  if (summary.mode === 'inventory') return `Inventory: ${governedLine(summary)}`;
  const parts = Object.entries(WORDS).flatMap(([outcome, words]) => {
    const count = counts.get(outcome) ?? 0;
    const isFinal = words.endsWith('for good');
    return count === 0 ? [] : [isFinal ? bad(`${count} ${words}`) : `${count} ${words}`];
  });
  const notCovered = countNotCovered(summary);
  const { seen, kept } = summary.keys;
  const facts = [
    ...(parts.length === 0 ? [decides(summary.mode) && seen === 0 ? 'no key seen' : 'no key is due'] : parts),
    ...(seen > 0 ? [`${kept} kept`] : []),
    notCovered === 0 ? 'every account covered' : `${plural(notCovered, 'account')} not covered`,
  ];
  return `${titleOf(summary)}: ${facts.join(', ')}.${unarmed > 0 ? notArmed(unarmed) : ''}`;
}

/** A sweep that wrote nothing was a plan. */
function titleOf({ mode, verdict }: RunSummary): string {
  if (mode === 'undo') return 'Undo';
  if (mode === 'revoke') return 'Revoke';
  return mode === 'sweep' && verdict !== 'stopped' && verdict !== 'cancelled' ? 'Sweep' : 'Plan';
}

function notArmed(keys: number): string {
  return ` ${plural(keys, 'due key')} in accounts that are not armed, where nothing is revoked.`;
}
