import { scaleBand, scaleLog } from 'd3-scale';

import { nameOf, placeOf, whole } from './names.ts';
import type { Results, Row } from './results.ts';

const WIDTH = 860;
const LEFT = 290;
const ROW = 30;
const BOTTOM = 46;

/** Wall time of every run as a bar on a logarithmic scale, with marks where its lower bounds are. */
export function chart({ rows }: Results): string {
  const shown = rows.filter(({ contender }) => contender !== 'bare');
  const height = shown.length * ROW + BOTTOM;
  const most = Math.max(...shown.map(({ run }) => run.seconds), 10);
  const x = scaleLog([1, most * 1.2], [LEFT, WIDTH - 90]).clamp(true);
  const y = scaleBand(
    shown.map((_, index) => String(index)),
    [8, shown.length * ROW + 8],
  ).padding(0.3);
  const bars = shown.map((row, index) => bar(row, x, y(String(index)) ?? 0, y.bandwidth()));
  const ticks = x
    .ticks()
    .filter((seconds) => Number.isInteger(Math.log10(seconds)))
    .map((seconds) => tick(seconds, x(seconds), height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" ` +
      'font-family="system-ui, sans-serif" font-size="13">',
    '<title>Wall time of each run, and the times below which it cannot be</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    ...ticks,
    ...bars,
    `<text x="${WIDTH - 10}" y="${height - 6}" text-anchor="end" fill="#555">seconds, logarithmic; ` +
      'dark mark: the bound of quotas, latency and width; light mark: with this processor too</text>',
    '</svg>',
    '',
  ].join('\n');
}

function bar(row: Row, x: (seconds: number) => number, top: number, thickness: number): string {
  const { contender, setting, run, bound, boundHere } = row;
  const name = `${nameOf(row)}, ${placeOf(setting)}`;
  const end = x(run.seconds);
  const middle = top + thickness / 2 + 4.5;
  const fill = run.failed ? '#b9b9b9' : contender === 'keysweep' ? '#2563eb' : '#94a3b8';
  const mark = (seconds: number, colour: string): string =>
    `<rect x="${(x(seconds) - 1.5).toFixed(1)}" y="${(top - 3).toFixed(1)}" ` +
    `width="3" height="${(thickness + 6).toFixed(1)}" fill="${colour}"/>`;
  const marks = `${mark(boundHere.seconds, '#f59e0b')}${mark(bound.seconds, '#111')}`;
  return (
    `<text x="${LEFT - 10}" y="${middle.toFixed(1)}" text-anchor="end" fill="#111">${name}</text>` +
    `<rect x="${LEFT}" y="${top.toFixed(1)}" width="${(end - LEFT).toFixed(1)}" ` +
    `height="${thickness.toFixed(1)}" fill="${fill}"/>${marks}` +
    `<text x="${(end + 8).toFixed(1)}" y="${middle.toFixed(1)}" fill="#111">` +
    `${run.seconds.toFixed(1)} s${run.failed ? ', failed' : ''}</text>`
  );
}

function tick(seconds: number, at: number, height: number): string {
  const bottom = height - BOTTOM + 10;
  return (
    `<line x1="${at.toFixed(1)}" x2="${at.toFixed(1)}" y1="4" y2="${bottom}" stroke="#e2e2e2"/>` +
    `<text x="${at.toFixed(1)}" y="${bottom + 14}" text-anchor="middle" fill="#555">${whole(seconds)}</text>`
  );
}
