import { decides, type RunSummary } from '../ledger/record.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { indented } from './columns.ts';
import { governedLine } from './inventory.ts';
import { keyLines } from './key-lines.ts';
import { countNotCovered } from './not-covered.ts';
import type { Style } from './style.ts';
import { verdictLine } from './verdict.ts';
import { plural } from './words.ts';

/** What must not be missed, at the end: whether the run worked, why not, and what it does to keys. */
export function lastLines(run: StoredRun, style: Style): string {
  const { summary } = run;
  const limits = summary?.limitsExceeded ?? [];
  return [
    verdictLine(summary, style),
    ...limits.map(({ limit, message }) => indented(`${style.bad(limit)}: ${message}`, '  ', style)),
    ...(summary ? [style.bold(indented(keysLine(run, summary, style), '', style))] : []),
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
function keysLine(run: StoredRun, summary: RunSummary, { bad }: Style): string {
  if (summary.mode === 'inventory') return `Inventory: ${governedLine(summary)}`;
  const lines = keyLines(run);
  const parts = Object.entries(WORDS).flatMap(([outcome, words]) => {
    const count = lines.filter((key) => key.outcome === outcome).length;
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
  const left = lines.filter(({ outcome, armed }) => outcome.startsWith('to ') && !armed).length;
  return `${titleOf(summary)}: ${facts.join(', ')}.${left > 0 ? notArmed(left) : ''}`;
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
