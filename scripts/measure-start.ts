import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';

import { installKeysweep } from './install-package.ts';
import { processorTimes } from './processor-time.ts';

/*
 * Packs keysweep, installs it in a temporary folder and prints its size, and the processor time (user and
 * system) that commands take to start: the median of five, with the shortest and the longest.
 *
 *     npm run measure:start
 */
const RUNS = 5;

await using installed = await installKeysweep();
const rows: readonly (readonly [string, readonly string[]])[] = [
  ['`node -e 0`', [process.execPath, '-e', '0']],
  ['`keysweep --version`', [installed.program, '--version']],
  ['`keysweep --help`', [installed.program, '--help']],
  ['in a clone: `keysweep --version`', [process.execPath, 'scripts/keysweep.js', '--version']],
  ['`npm --version`', ['npm', '--version']],
  ['`aws --version`', ['aws', '--version']],
];
const lines = rows
  .filter(([, [program = '', argument = '']]) => spawnSync(program, [argument]).error === undefined)
  .map(([name, command]) => `| ${name} | ${describe(processorTimes(command, RUNS))} |`);
const processor = cpus()[0]?.model ?? 'unknown processor';
const megabytes = (installed.bytes / 1_000_000).toFixed(1);
process.stdout.write(
  `${['| command | processor time |', '| --- | --- |', ...lines].join('\n')}\n\n` +
    `Installed: ${megabytes} MB. Node ${process.versions.node}, ${processor}.\n`,
);

function describe(times: readonly number[]): string {
  const [shortest = 0, longest = 0] = [times[0], times.at(-1)];
  return `${times[(RUNS - 1) / 2] ?? 0} ms (${shortest} to ${longest})`;
}
