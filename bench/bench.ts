/* eslint-disable no-console -- a command whose result is what it prints */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

import { cellsFor, type Cell } from './cells.ts';
import { buildPrograms, SMALL_HEAP } from './processes.ts';
import { growthPerAccount, rowOf, type Results, type Row } from './results.ts';
import { bareWidth, MOST_ACCOUNTS, USERS_PER_ACCOUNT } from './setting.ts';
import { notes, textTable } from './table.ts';
import { writeResults } from './write-results.ts';

/**
 * Sweeps generated organizations on the sandbox, which runs in a process of its own, and prints how near each run comes to what
 * AWS's quotas, the latency and the processor allow. The results go to bench/results.
 *
 *     npm run bench
 *     npm run bench -- --quick
 *     npm run bench -- --accounts 10000 --latency 150
 *     npm run bench -- --accounts 1000 --latency 60 --profile
 *     npm run bench -- --accounts 10000 --latency 60 --small-heap
 */
const { values } = parseArgs({
  options: {
    accounts: { type: 'string' },
    latency: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    'small-heap': { type: 'boolean', default: false },
  },
});
const accounts = wholeNumber('accounts', values.accounts);
const latency = wholeNumber('latency', values.latency);
const { cells, leftOut } = cellsFor({ accounts, latency, quick: values.quick });
const chosen = accounts !== undefined || latency !== undefined;

const how = { profiled: values.profile, smallHeap: values['small-heap'] };

const programs = await buildPrograms();
try {
  const rows: Row[] = [];
  const bareCpuPerCall: Record<string, number> = {};
  for (const cell of cells) {
    console.error(`${cell.contender}: ${cell.setting.accounts} accounts at ${cell.setting.latency} ms …`);
    const row = rowOf(cell, await programs.run(cell.contender, cell.setting, how), bareCpuPerCall);
    if (cell.contender === 'bare') bareCpuPerCall[cell.setting.latency] = row.cpuPerCall;
    rows.push(row);
  }
  const results: Results = {
    conditions: conditions(cells),
    bareCpuPerCall,
    rows,
    growthBytesPerAccount: growthPerAccount(rows),
    leftOut,
  };
  console.log([textTable(results), '', ...notes(results)].join('\n'));
  await writeResults(
    chosen || how.profiled || how.smallHeap ? 'chosen' : values.quick ? 'quick' : 'full',
    results,
  );
} finally {
  await programs.remove();
}

function conditions(all: readonly Cell[]): Record<string, string> {
  const latencies = [...new Set(all.map(({ setting }) => setting.latency))];
  return {
    command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
      ' ',
    ),
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    Node: [process.version, ...(how.smallHeap ? SMALL_HEAP : [])].join(' '),
    processor: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, one for the sandbox and one for the sweep`,
    organization: `${USERS_PER_ACCOUNT} users an account and 1.3 keys a user on average`,
    width: `up to ${MOST_ACCOUNTS} accounts × 4 calls; the bare SDK ${latencies.map((ms) => `${bareWidth(ms)} × 4 at ${ms} ms`).join(', ')}`,
    limits:
      'Organizations and STS as documented; IAM has no published rate, and 50 calls a second with bursts of 100 are assumed for each account',
  };
}

/** @throws RangeError */
function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new RangeError(`--${option} is a whole number from 1 on`);
  return number;
}
