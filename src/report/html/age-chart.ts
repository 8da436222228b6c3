import { max, sum } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';

import type { AgeGroup } from './ages.ts';
import { figuresTable } from './figures-table.ts';
import { markup, type Html } from './html.ts';
import { count } from './format.ts';

const WIDTH = 400;
const ROW = 34;
const LABELS = 118;
const NUMBERS = 40;

/** Two bars for each age group: the active keys before the run, and after it. */
export function ageChart(ages: readonly AgeGroup[], isPlan: boolean): Html {
  const after = isPlan ? 'after a sweep' : 'after';
  const height = ages.length * ROW;
  const rows = scaleBand<string>(
    ages.map(({ age }) => age),
    [0, height],
  ).paddingInner(0.25);
  const length = scaleLinear(
    [0, Math.max(1, max(ages, ({ before }) => before) ?? 1)],
    [0, WIDTH - LABELS - NUMBERS],
  );
  const bar = rows.bandwidth() / 2;
  return markup`<figure>
    <figcaption><b>Age of the active keys</b>, before this run and ${after}.</figcaption>
    <ul class="legend">
      <li>
        <svg class="swatch" width="14" height="14" aria-hidden="true">
          <rect class="before" width="14" height="14" />
        </svg>
        before
      </li>
      <li>
        <svg class="swatch" width="14" height="14" aria-hidden="true">
          <rect class="after" x="0.5" y="0.5" width="13" height="13" />
        </svg>
        ${after}
      </li>
    </ul>
    <svg class="chart" role="img" aria-label="${describe(ages, after)}" viewBox="0 0 ${WIDTH} ${height}">
      ${ages.map(({ age, before, after: left }) => {
        const y = rows(age) ?? 0;
        return markup`<text class="label" x="${LABELS - 8}" y="${y + bar}" dominant-baseline="central"
            >${age}</text
          >
          <rect class="before" x="${LABELS}" y="${y}" width="${length(before)}" height="${bar - 1}" />
          <text x="${LABELS + length(before) + 5}" y="${y + bar / 2}" dominant-baseline="central"
            >${count(before)}</text
          >
          ${
            left > 0 &&
            markup`<rect class="after" x="${LABELS + 0.5}" y="${y + bar + 0.5}"
              width="${Math.max(0, length(left) - 1)}" height="${bar - 2}" />`
          }
          <text x="${LABELS + length(left) + 5}" y="${y + bar * 1.5}" dominant-baseline="central"
            >${count(left)}</text
          >`;
      })}
    </svg>
    ${figuresTable(
      ['age', 'before', after],
      ages.map((group) => [group.age, group.before, group.after]),
    )}
  </figure>`;
}

function describe(ages: readonly AgeGroup[], after: string): string {
  const before = sum(ages, (group) => group.before);
  const left = sum(ages, (group) => group.after);
  return `Bar chart: ${count(before)} active keys before, ${count(left)} ${after}. See the table below.`;
}
