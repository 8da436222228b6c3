import { scaleLog } from 'd3-scale';
import { line } from 'd3-shape';

import { simulateFanOut, simulateLambda } from './model.ts';
import { DEFAULTS, worldOf } from './worlds.ts';

const WIDTH = 860;
const HEIGHT = 420;
const PLOT = { left: 70, right: WIDTH - 230, top: 20, bottom: HEIGHT - 50 };
const SIZES = [500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000, 15_000, 20_000, 30_000, 50_000];

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
  readonly seconds: (accounts: number) => number;
}

const CURVES: readonly Curve[] = [
  curve('one Lambda, 150 ms', '#b45309', '', (accounts) =>
    simulateLambda(worldOf(accounts, 0.15), DEFAULTS.accountsAtOnce),
  ),
  curve('one Lambda, 60 ms', '#b45309', '6 4', (accounts) =>
    simulateLambda(worldOf(accounts, 0.06), DEFAULTS.accountsAtOnce),
  ),
  curve('Step Functions, 150 ms', '#2563eb', '', (accounts) =>
    simulateFanOut(worldOf(accounts, 0.15), DEFAULTS),
  ),
  curve('Step Functions, 60 ms', '#2563eb', '6 4', (accounts) =>
    simulateFanOut(worldOf(accounts, 0.06), DEFAULTS),
  ),
];

function curve(
  name: string,
  colour: string,
  dash: string,
  simulate: (accounts: number) => { readonly seconds: number },
): Curve {
  return { name, colour, dash, seconds: (accounts) => simulate(accounts).seconds };
}

/** Simulated time of a sweep by the size of the organization, as an SVG. */
export function scaleChart(): string {
  const x = scaleLog([500, 50_000], [PLOT.left, PLOT.right]);
  const y = scaleLog([10, 3_600], [PLOT.bottom, PLOT.top]);
  const path = line<number>(x, () => 0);
  const parts = CURVES.map(({ name, colour, dash, seconds }) => {
    const drawn = path.y((accounts) => y(seconds(accounts)))(SIZES) ?? '';
    const end = y(seconds(50_000));
    return (
      `<path d="${rounded(drawn)}" fill="none" stroke="${colour}" ` +
      `stroke-width="2" stroke-dasharray="${dash}"/>` +
      `<text x="${PLOT.right + 8}" y="${(end + 4).toFixed(1)}" fill="${colour}">${name}</text>`
    );
  });
  const limit = y(900).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
      'font-family="system-ui, sans-serif" font-size="13">',
    '<title>Simulated time of a sweep by the number of accounts, with either engine</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...[500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000].map((accounts) => column(accounts, x(accounts))),
    ...[10, 30, 60, 300, 900, 3_600].map((seconds) => row(seconds, y(seconds))),
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${limit}" y2="${limit}" stroke="#b91c1c"/>`,
    `<text x="${PLOT.left + 6}" y="${(y(900) - 6).toFixed(1)}" fill="#b91c1c">` +
      'a Lambda ends after 15 min</text>',
    ...parts,
    `<text x="${PLOT.left}" y="${HEIGHT - 10}" fill="#555">` +
      'accounts with 25 users and 32.5 keys each; both axes logarithmic</text>',
    '</svg>',
    '',
  ].join('\n');
}

function rounded(path: string): string {
  return path.replaceAll(/\d+\.\d+/g, (number) => Number(number).toFixed(1));
}

function column(accounts: number, at: number): string {
  const x = at.toFixed(1);
  const name = accounts.toLocaleString('en-US');
  return (
    `<line x1="${x}" x2="${x}" y1="${PLOT.top}" y2="${PLOT.bottom}" stroke="#e2e2e2"/>` +
    `<text x="${x}" y="${PLOT.bottom + 18}" text-anchor="middle" fill="#555">${name}</text>`
  );
}

function row(seconds: number, at: number): string {
  const name = seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
  const y = at.toFixed(1);
  return (
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#e2e2e2"/>` +
    `<text x="${PLOT.left - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end" fill="#555">${name}</text>`
  );
}
