import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';

import type { Cell } from './cells.ts';
import { bareWidth, CALLS_PER_ACCOUNT, MOST_ACCOUNTS } from './setting.ts';

/** Under which the cells are measured. */
export function conditionsOf(cells: readonly Cell[]): Record<string, string> {
  const latencies = [...new Set(cells.map(({ setting }) => setting.latency))];
  const bare = latencies.map((ms) => `${bareWidth(ms)} × ${CALLS_PER_ACCOUNT} at ${ms} ms`);
  return {
    ...machineConditions(),
    network: 'loopback, without TLS, where every answer waits for the latency',
    ledger: 'in a local folder',
    organization: '25 users an account unless the row says otherwise, and 1.3 keys a user on average',
    width: `up to ${MOST_ACCOUNTS} accounts × ${CALLS_PER_ACCOUNT} calls; the bare SDK ${bare.join(', ')}`,
    limits:
      'Organizations and STS as documented; IAM has no published rate, and 50 calls a second with ' +
      'bursts of 100 are assumed for each account, 5 a second with bursts of 5 for those that are ' +
      'throttled; slow ones answer 500 ms later',
  };
}

/** What every measurement has to say. */
export function machineConditions(): Record<string, string> {
  return {
    command: commandOf(process.argv.slice(2)),
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    Node: process.version,
    processor:
      `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ` +
      'one for the sandbox and one for the sweep',
  };
}

/** Where a file is on this machine concerns no reader. */
export function commandOf(parameters: readonly string[]): string {
  const shown = parameters.map((one) =>
    isAbsolute(one) ? join(basename(dirname(one)), basename(one)) : one,
  );
  return ['npm run bench', ...(shown.length > 0 ? ['--', ...shown] : [])].join(' ');
}
