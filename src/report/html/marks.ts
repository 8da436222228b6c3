import type { Outcome } from '../explain.ts';
import { short } from './format.ts';
import { markup, type Html } from './html.ts';

/** Never by colour alone: most outcomes have a mark of their own. */
interface Look {
  /** `solid` boxes are filled, `hollow` ones outlined. */
  readonly box: 'solid' | 'hollow';
  /** Lines in a box of 10 by 10, as moves between points. */
  readonly mark: readonly (readonly [number, number])[][];
}

const line = (x1: number, y1: number, x2: number, y2: number): Look['mark'][number] => [
  [x1, y1],
  [x2, y2],
];
const CROSS = [line(2.5, 2.5, 7.5, 7.5), line(7.5, 2.5, 2.5, 7.5)];

const LOOKS: Readonly<Record<Outcome, Look>> = {
  swept: { box: 'solid', mark: [] },
  'nothing-due': { box: 'hollow', mark: [] },
  planned: { box: 'solid', mark: [line(2.5, 7.5, 7.5, 2.5)] },
  inventoried: { box: 'solid', mark: [] },
  'opted-out': { box: 'hollow', mark: [line(2.5, 5, 7.5, 5)] },
  'out-of-scope': { box: 'hollow', mark: [line(4.4, 5, 5.6, 5)] },
  'not-active': { box: 'hollow', mark: [line(2.5, 2.5, 7.5, 7.5)] },
  'cannot-assume': { box: 'solid', mark: CROSS },
  denied: { box: 'solid', mark: [line(2, 5, 8, 5)] },
  throttled: { box: 'solid', mark: [line(3.5, 2, 3.5, 8), line(6.5, 2, 6.5, 8)] },
  'not-reached': { box: 'hollow', mark: [line(3.5, 2.5, 6.5, 5), line(6.5, 5, 3.5, 7.5)] },
  withheld: { box: 'solid', mark: [line(2.5, 3.5, 7.5, 3.5), line(2.5, 6.5, 7.5, 6.5)] },
  failed: { box: 'solid', mark: [line(5, 2, 5, 8), line(2, 5, 8, 5)] },
  unfinished: { box: 'hollow', mark: CROSS },
};

export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** One path for all boxes and one for all marks. */
export function cells(outcome: Outcome, at: readonly Cell[], title?: string): Html {
  const { box, mark } = LOOKS[outcome];
  const boxes = at.map(({ x, y, side }) => square({ x, y, side }, box)).join('');
  const marks = at.flatMap((cell) => mark.map((points) => path(points, cell))).join('');
  return markup`<g class="o-${outcome} ${box}"
    >${title !== undefined && markup`<title>${title}</title>`}<path
      class="box"
      d="${boxes}"
    />${marks !== '' && markup`<path class="mark" d="${marks}" />`}</g
  >`;
}

export function swatch(outcome: Outcome): Html {
  return markup`<svg class="swatch" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    ${cells(outcome, [{ x: 1, y: 1, side: 12 }])}
  </svg>`;
}

/** An outline lies inside the box, so that hollow and solid boxes have the same size. */
function square({ x, y, side }: Cell, box: Look['box']): string {
  const inset = box === 'hollow' ? 0.5 : 0;
  const inner = side - 2 * inset;
  return `M${x + inset} ${y + inset}h${inner}v${inner}h${-inner}z`;
}

function path(points: readonly (readonly [number, number])[], { x, y, side }: Cell): string {
  return points
    .map(
      ([px, py], index) =>
        `${index === 0 ? 'M' : 'L'}${short(x + (px * side) / 10)} ${short(y + (py * side) / 10)}`,
    )
    .join('');
}
