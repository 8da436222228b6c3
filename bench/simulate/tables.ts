import { costOf, type Cost } from './cost.ts';
import { simulateFanOut, simulateLambda, type Simulated } from './model.ts';
import { DEFAULTS, LAMBDA_SECONDS, LATENCIES, worldOf } from './worlds.ts';

const SIZES = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/** The tables of docs/scale.md in Markdown, by name. */
export function tables(): Record<string, string> {
  return { engines: engines(), settings: settings(), cost: cost() };
}

function engines(): string {
  const rows = SIZES.flatMap((accounts) =>
    LATENCIES.map((latency) => {
      const world = worldOf(accounts, latency);
      const one = simulateLambda(world, DEFAULTS.accountsAtOnce);
      const many = simulateFanOut(world, DEFAULTS);
      return [
        ...[whole(accounts), `${latency * 1000} ms`],
        ...[one.seconds > LAMBDA_SECONDS ? `${time(one)}: too long` : time(one), binds(one)],
        ...[time(many), binds(many)],
      ];
    }),
  );
  return table(['Accounts', 'Latency', 'One Lambda', 'bottleneck', 'Step Functions', 'bottleneck'], rows);
}

function settings(): string {
  const variants = [
    ['the defaults: 20 a batch, 10 at a time', DEFAULTS, false],
    ['`batchSize` 10', { ...DEFAULTS, batchSize: 10 }, false],
    ['`batchSize` 50', { ...DEFAULTS, batchSize: 50 }, false],
    ['`maxConcurrency` 5', { ...DEFAULTS, maxConcurrency: 5 }, false],
    ['`maxConcurrency` 20', { ...DEFAULTS, maxConcurrency: 20 }, false],
    ['`maxConcurrency` 40', { ...DEFAULTS, maxConcurrency: 40 }, false],
    ['an opt-out tag that is in use', DEFAULTS, true],
  ] as const;
  const rows = variants.map(([name, setting, tags]) => {
    const [near, far] = LATENCIES.map((latency) => simulateFanOut(worldOf(50_000, latency, tags), setting));
    if (!near || !far) throw new Error('no latency');
    return [name, time(near), binds(near), time(far), binds(far)];
  });
  return table(['50,000 accounts', 'at 60 ms', 'bottleneck', 'at 150 ms', 'bottleneck'], rows);
}

function cost(): string {
  const rows = [1_000, 10_000, 50_000].flatMap((accounts) => {
    const world = worldOf(accounts, 0.06);
    const one = simulateLambda(world, DEFAULTS.accountsAtOnce);
    const many = simulateFanOut(world, DEFAULTS);
    const fits = one.seconds <= LAMBDA_SECONDS;
    return [
      [whole(accounts), 'lambda', ...(fits ? dollars(costOf(world, one)) : ['–', '–', '–', 'does not fit'])],
      [whole(accounts), 'step-functions', ...dollars(costOf(world, many))],
    ];
  });
  return table(['Accounts', 'Engine', 'Lambda', 'Step Functions', 'S3', 'A sweep'], rows);
}

function dollars({ lambda, stepFunctions, s3, total }: Cost): string[] {
  return [lambda, stepFunctions, s3, total].map((amount) => `$${amount.toFixed(3)}`);
}

function binds({ binds: place, share }: Simulated): string {
  return `${place} (${Math.round(share * 100)} %)`;
}

function time({ seconds }: Simulated): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}

/** As prettier leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
