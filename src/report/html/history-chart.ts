import type { RunSummary } from '../../ledger/record.ts';
import { plural } from '../words.ts';
import { markup, type Html } from './html.ts';
import { stackChart, type Bar, type Layer } from './stack-chart.ts';

/** `left`: due and not revoked, because not armed, not reached, failed, or already gone. */
type Fate = 'kept' | 'left' | 'deactivated' | 'deleted';

/** From the bottom up. */
const LAYERS: readonly Layer<Fate>[] = [
  { key: 'kept', name: 'kept' },
  { key: 'left', name: 'due, not revoked' },
  { key: 'deactivated', name: 'deactivated' },
  { key: 'deleted', name: 'deleted', hatched: true },
];

/** What happened to the keys of each sweep of the whole organization. */
export function historyChart(summaries: readonly RunSummary[]): Html | undefined {
  const sweeps = sweepsOf(summaries);
  const last = plural(sweeps.length, 'sweep');
  const caption = markup`<b>Keys over the last ${last}</b> of the whole organization.`;
  return stackChart(caption, LAYERS, sweeps);
}

/** The oldest first, each key counted once. */
export function sweepsOf(summaries: readonly RunSummary[]): Bar<Fate>[] {
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
