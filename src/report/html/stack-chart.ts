import { max } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';

import { plural } from '../words.ts';
import { figuresTable } from './figures-table.ts';
import { count, day, short, shortDay } from './format.ts';
import { markup, type Html, type Value } from './html.ts';

const WIDTH = 400;
const HEIGHT = 238;
const PLOT = { left: 38, right: 384, top: 8, bottom: 196 } as const;
/** More marks would run into each other. */
const MOST_OK_MARKS = 26;

/** Its class in the style sheet is `k-<key>`. */
export interface Layer<Key extends string> {
  readonly key: Key;
  readonly name: string;
  /** Colour alone must not distinguish it from the others. */
  readonly hatched?: boolean;
}

/** One sweep. */
export type Bar<Key extends string> = Readonly<Record<Key, number>> & {
  readonly runId: string;
  readonly startedAt: Date;
  readonly ok: boolean;
};

/** One bar for each sweep. Nothing for one sweep: the page has its figures. */
export function stackChart<Key extends string>(
  caption: Value,
  of: readonly Layer<Key>[],
  sweeps: readonly Bar<Key>[],
): Html | undefined {
  if (sweeps.length < 2) return undefined;
  const layers = stack<Bar<Key>, Key>().keys(of.map(({ key }) => key))(sweeps);
  const most = max(layers.at(-1) ?? [], ([, top]) => top) ?? 0;
  const y = scaleLinear([0, Math.max(1, most)], [PLOT.bottom, PLOT.top]).nice(4);
  const x = scaleBand<string>(
    sweeps.map(({ runId }) => runId),
    [PLOT.left, PLOT.right],
  )
    .paddingInner(0.25)
    .paddingOuter(0.1);
  const bandwidth = Math.min(48, x.bandwidth());
  const middle = (sweep: Bar<Key>): number => (x(sweep.runId) ?? 0) + x.bandwidth() / 2;
  const middleText = (sweep: Bar<Key>, height: number, text: string): Html =>
    markup`<text class="middle" x="${middle(sweep)}" y="${height}">${text}</text>`;
  const every = Math.ceil(sweeps.length / 8);
  const okMark = sweeps.length > MOST_OK_MARKS ? '' : '✓';
  return markup`<figure>
    <figcaption>${caption}</figcaption>
    <ul class="legend">
      ${of.map(
        ({ key, name, hatched }) =>
          markup`<li>
            <svg class="swatch" width="14" height="14" aria-hidden="true">
              <rect class="k-${key}" x="0.5" y="0.5" width="13" height="13" />
              ${hatched && markup`<path class="hatch" d="M0 14L14 0" />`}
            </svg>
            ${name}
          </li>`,
      )}
      <li>${okMark !== '' && '✓ ok, '}✗ not ok</li>
    </ul>
    <svg
      class="chart"
      role="img"
      aria-label="Bar chart of ${plural(sweeps.length, 'sweep')}; see the table below."
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
    >
      ${y.ticks(4).map(
        (tick) =>
          markup`<path class="grid" d="M${PLOT.left} ${y(tick)}H${WIDTH}" /><text
              class="label" x="${PLOT.left - 6}" y="${y(tick)}" dominant-baseline="central"
            >${count(tick)}</text>`,
      )}
      ${layers.map((layer, index) =>
        layer.map(({ 0: bottom, 1: top, data }) =>
          bar(
            { x: middle(data) - bandwidth / 2, y: y(top), width: bandwidth, height: y(bottom) - y(top) },
            layer.key,
            of[index]?.hatched,
          ),
        ),
      )}
      ${sweeps.map(
        (sweep, index) =>
          markup`${middleText(sweep, PLOT.bottom + 15, sweep.ok ? okMark : '✗')}
            ${
              (sweeps.length - 1 - index) % every === 0 &&
              middleText(sweep, PLOT.bottom + 31, shortDay(sweep.startedAt))
            }`,
      )}
    </svg>
    ${figuresTable(
      ['sweep', ...of.map(({ name }) => name), 'ended'],
      sweeps.map((sweep) => [
        `${day(sweep.startedAt)} ${sweep.runId}`,
        ...of.map(({ key }) => sweep[key]),
        sweep.ok ? 'ok' : 'not ok',
      ]),
    )}
  </figure>`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function bar({ x, y, width, height }: Box, key: string, hatched = false): Html | undefined {
  if (height <= 0) return undefined;
  const hatches: string[] = [];
  if (hatched) {
    for (let down = 6; down < height + width; down += 6) {
      const from = Math.min(down, height);
      const to = Math.max(0, down - width);
      hatches.push(`M${short(x + down - from)} ${short(y + from)}L${short(x + down - to)} ${short(y + to)}`);
    }
  }
  return markup`<rect
      class="k-${key}"
      x="${short(x + 0.5)}"
      y="${short(y + 0.5)}"
      width="${short(width - 1)}"
      height="${short(Math.max(0.5, height - 1))}"
    />${hatches.length > 0 && markup`<path class="hatch" d="${hatches.join('')}" />`}`;
}
