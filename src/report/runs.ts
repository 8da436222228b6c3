import type { ListedRun } from '../ledger/list-runs.ts';
import { OUTCOMES } from '../ledger/outcomes.ts';
import type { RunSummary } from '../ledger/record.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { more } from './text.ts';
import { duration, plural } from './words.ts';

/** The runs of a ledger, a row each. Pure. */
export function renderRuns(
  { runs, total }: { readonly runs: readonly ListedRun[]; readonly total: number },
  { bold }: Style,
): string {
  if (total === 0) return bold('The ledger holds no runs.');
  const head = ['run', 'mode', 'status', 'accounts', 'keys', 'duration', 'caller'];
  return [columns(head, runs.map(row)), ...more(total - runs.length), '', bold(plural(total, 'run'))].join(
    '\n',
  );
}

function row(run: ListedRun): string[] {
  const { runId, started } = run;
  const mode = started ? `${started.filters ? 'part ' : ''}${started.mode}` : '?';
  const caller = started ? who(started.caller) : '';
  switch (run.status) {
    case 'ended': {
      const { summary } = run;
      return [runId, mode, summary.verdict, accounts(summary), keys(summary), duration(summary), caller];
    }
    case 'running':
      return [runId, mode, 'running', '', '', '', caller];
    case 'unfinished':
      return [
        runId,
        mode,
        mode.endsWith('plan') ? 'unfinished: running, or died' : 'unfinished: died',
        '',
        '',
        '',
        caller,
      ];
    case 'unreadable':
      return [runId, mode, 'unreadable', '', '', '', caller];
  }
}

function accounts({ accountsListed, accounts: outcomes }: RunSummary): string {
  const missed = OUTCOMES.bad.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0);
  return missed === 0 ? String(accountsListed) : `${accountsListed}, ${missed} not covered`;
}

function keys({ keys: counts }: RunSummary): string {
  const parts = [
    [counts.due, 'due'],
    [counts.deactivated, 'deactivated'],
    [counts.deleted, 'deleted'],
    [counts.reactivated, 'reactivated'],
    [counts.failed, 'failed'],
  ] as const;
  const some = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return some.length === 0 ? 'none due' : some.join(', ');
}

/** Role and session, or user: the end of an ARN says it shorter. */
function who(arn: string): string {
  return (
    arn
      .split(':')
      .at(-1)
      ?.replace(/^(assumed-role|user|federated-user)\//, '') ?? arn
  );
}
