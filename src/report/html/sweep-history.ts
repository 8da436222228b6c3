import type { RunSummary } from '../../ledger/record.ts';

/** The keys of one sweep, each counted once. */
export interface SweepKeys {
  readonly runId: string;
  readonly startedAt: Date;
  readonly ok: boolean;
  readonly kept: number;
  readonly deactivated: number;
  readonly deleted: number;
  /** Due and not revoked: not armed, not reached, failed, or already gone. */
  readonly left: number;
}

/** The sweeps of the whole organization, oldest first. */
export function sweepsOf(summaries: readonly RunSummary[]): SweepKeys[] {
  return summaries
    .filter(({ mode, filtered, accountsListed }) => mode === 'sweep' && !filtered && accountsListed > 0)
    .map(({ runId, startedAt, verdict, keys }) => ({
      runId,
      startedAt: new Date(startedAt),
      ok: verdict === 'ok',
      kept: keys.kept,
      deactivated: keys.deactivated,
      deleted: keys.deleted,
      left: Math.max(0, keys.due - keys.deactivated - keys.deleted),
    }))
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
}
