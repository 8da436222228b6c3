import { OUTCOMES } from '../ledger/outcomes.ts';
import type { RunSummary } from '../ledger/record.ts';
import type { Style } from './style.ts';
import { plural } from './words.ts';

/** The one line that says whether it worked. */
export function verdictLine(summary: RunSummary | undefined, { bold, good, bad }: Style): string {
  if (!summary)
    return bad(bold('INTERRUPTED: this run has no end in the ledger. Run again: it takes up what is left.'));
  switch (summary.verdict) {
    case 'ok':
      return good(bold(`OK: ${allOf(summary.accountsListed)} accounted for.`));
    case 'incomplete':
      return bad(bold(`INCOMPLETE: ${whatIsMissing(summary)}.`));
    case 'stopped':
      return bad(bold(`STOPPED by a limit before anything was written.`));
  }
}

function allOf(accounts: number): string {
  return accounts === 1 ? 'the one account is' : `all ${accounts} accounts are`;
}

function whatIsMissing({ accounts, accountsListed, problems }: RunSummary): string {
  const missed = OUTCOMES.bad.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
  return [
    ...(missed > 0 ? [`${missed} of ${accountsListed} accounts not covered`] : []),
    ...(problems.length > 0 ? [plural(problems.length, 'problem')] : []),
  ].join(', ');
}
