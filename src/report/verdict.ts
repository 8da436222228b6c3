import type { RunSummary } from '../ledger/record.ts';
import { countNotCovered } from './not-covered.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

/** One line: whether the run worked. */
export function verdictLine(summary: RunSummary | undefined, { bold, good, bad }: Style): string {
  if (!summary) return bad(bold('INTERRUPTED. Run again: the next run continues with what is left.'));
  switch (summary.verdict) {
    case 'ok':
      return good(bold(`OK: ${allOf(summary.accountsListed)} covered.`));
    case 'incomplete':
      return bad(bold(`INCOMPLETE: ${defects(summary)}.`));
    case 'stopped':
      return bad(bold('STOPPED by a limit before anything was written.'));
    case 'cancelled':
      return bad(bold('CANCELLED before anything was written.'));
  }
}

function allOf(accounts: number): string {
  return accounts === 1 ? 'the only account was' : `all ${accounts} accounts were`;
}

function defects(summary: RunSummary): string {
  const notCovered = countNotCovered(summary);
  return [
    ...(notCovered > 0 ? [`${notCovered} of ${plural(summary.accountsListed, 'account')} not covered`] : []),
    ...(summary.problems.length > 0 ? [plural(summary.problems.length, 'problem')] : []),
  ].join(', ');
}
