import { columns } from '../src/report/columns.ts';
import type { Results, Row } from './results.ts';

const HEAD = [
  'what',
  'accounts',
  'latency',
  'wall',
  'bound',
  'wall ÷ bound',
  'calls',
  'calls ÷ fewest',
  'CPU a call',
  'CPU ÷ bare SDK',
  'peak memory',
];

function cellsOf({ contender, setting, run, callsMade, cpuPerCall, against }: Row): string[] {
  return [
    setting.slowShare > 0 ? `${contender}, 1 % slow` : contender,
    whole(setting.accounts),
    `${setting.latency} ms`,
    `${run.seconds.toFixed(1)} s`,
    against ? `${against.bound.seconds.toFixed(1)} s (${against.bound.by})` : '',
    against ? against.timeRatio.toFixed(2) : '',
    whole(callsMade),
    against ? against.callRatio.toFixed(3) : '',
    `${(cpuPerCall * 1000).toFixed(2)} ms`,
    against ? against.cpuRatio.toFixed(2) : '',
    `${Math.round(run.peakBytes / 2 ** 20)} MiB`,
  ];
}

export function textTable({ rows }: Results): string {
  return columns(HEAD, rows.map(cellsOf));
}

export function markdownTable({ rows }: Results): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rows.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The table, and below it what it must not be read without. */
export function markdown(results: Results): string {
  return [markdownTable(results), '', ...notes(results).map((note) => `- ${note}`)].join('\n');
}

export function notes({ rows, growthBytesPerAccount, leftOut, conditions }: Results): string[] {
  const terms = rows.flatMap(({ setting, against }) =>
    against
      ? [
          `${whole(setting.accounts)} accounts at ${setting.latency} ms, terms of the bound: ${Object.entries(
            against.bound.terms,
          )
            .map(([name, seconds]) => `${name} ${Math.max(0, seconds).toFixed(1)} s`)
            .join(', ')}; ${whole(against.secondSessions)} of the fewest calls are second sessions`,
        ]
      : [],
  );
  const failed = rows.flatMap(({ contender, setting, run }) =>
    run.failed
      ? [`${contender} at ${whole(setting.accounts)} accounts did not do its work: ${run.failed}`]
      : [],
  );
  const narrow = rows.filter(({ run }) => run.sandboxSeconds > 0.85 * run.seconds);
  return [
    Object.entries(conditions)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
    ...terms,
    ...failed,
    ...narrow.map(
      ({ contender, setting, run }) =>
        `${contender} at ${whole(setting.accounts)} accounts and ${setting.latency} ms waited for the sandbox, which worked ${run.sandboxSeconds.toFixed(1)} of the ${run.seconds.toFixed(1)} s`,
    ),
    ...(growthBytesPerAccount === undefined
      ? []
      : [`peak memory grows by ${(growthBytesPerAccount / 1024).toFixed(1)} KiB with each account`]),
    ...profiles(rows),
    ...leftOut.map((what) => `left out: ${what}`),
  ];
}

/** What took more than a hundredth of the time of a run, where it was profiled. */
function profiles(rows: readonly Row[]): string[] {
  return rows.flatMap(({ contender, setting, run: { shares } }) => {
    if (!shares) return [];
    const large = [...shares].filter(([, share]) => share > 0.01);
    const told = large.map(([origin, share]) => `${origin} ${(share * 100).toFixed(1)} %`).join(', ');
    return [`${contender} at ${whole(setting.accounts)} accounts, time of the main thread: ${told}`];
  });
}

export function whole(count: number): string {
  return count.toLocaleString('en');
}
