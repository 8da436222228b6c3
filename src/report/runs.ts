import type { ListedRun, ListedRuns } from '../ledger/list-runs.ts';
import type { RunSummary } from '../ledger/record.ts';
import { columns } from './columns.ts';
import { countNotCovered } from './not-covered.ts';
import type { Style } from './style.ts';
import { more } from './text.ts';
import { duration, plural } from './words.ts';

export function renderRuns({ runs, total }: ListedRuns, style: Style): string {
  if (total === 0) return style.bold('The ledger has no runs.');
  const head = ['run', 'mode', 'status', 'accounts', 'keys', 'duration', 'caller', 'reason'];
  const table = columns(head, runs.map(row), style);
  return [table, ...more(total - runs.length), '', style.bold(plural(total, 'run'))].join('\n');
}

function row(run: ListedRun): string[] {
  const { runId, started } = run;
  const mode = started ? `${started.filters ? 'part ' : ''}${started.mode}` : '?';
  const facts =
    run.status === 'ended'
      ? [run.summary.verdict, accounts(run.summary), keys(run.summary), duration(run.summary)]
      : [statusOf(run), '', '', ''];
  return [runId, mode, ...facts, started ? shortCaller(started.caller) : '', started?.reason ?? ''];
}

/** A plan holds no lock, so it may still be running. */
function statusOf({ status, started }: ListedRun): string {
  if (status !== 'unfinished') return status;
  return started?.mode === 'plan' ? 'unfinished: running, or died' : 'unfinished: died';
}

function accounts(summary: RunSummary): string {
  const notCovered = countNotCovered(summary);
  return `${summary.accountsListed}${notCovered > 0 ? `, ${notCovered} not covered` : ''}`;
}

function keys({ keys: counts, mode, inventory }: RunSummary): string {
  if (mode === 'inventory') return inventory ? `${counts.seen} seen, ${inventory.governed} governed` : '';
  const parts = (['due', 'deactivated', 'deleted', 'reactivated', 'failed'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${name}`);
  return parts.join(', ') || 'none due';
}

/** The end of an ARN: role and session, or user. */
function shortCaller(arn: string): string {
  return arn.replace(/^.*:(assumed-role\/|user\/|federated-user\/)?/, '');
}
