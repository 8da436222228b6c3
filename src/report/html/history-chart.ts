import { plural } from '../words.ts';
import { markup, type Html } from './html.ts';
import { stackChart, type Layer } from './stack-chart.ts';
import type { SweepKeys } from './sweep-history.ts';

/** From the bottom up. */
const LAYERS: readonly Layer<'kept' | 'left' | 'deactivated' | 'deleted'>[] = [
  { key: 'kept', name: 'kept' },
  { key: 'left', name: 'due, not revoked' },
  { key: 'deactivated', name: 'deactivated' },
  { key: 'deleted', name: 'deleted', hatched: true },
];

/** What happened to the keys of each sweep. */
export function historyChart(sweeps: readonly SweepKeys[]): Html | undefined {
  const last = plural(sweeps.length, 'sweep');
  const caption = markup`<b>Keys over the last ${last}</b> of the whole organization.`;
  return stackChart(caption, LAYERS, sweeps);
}
