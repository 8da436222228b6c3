/* eslint-disable no-console -- a command whose result is what it prints */
import { cellsFor, isChosen, type Choice } from './cells.ts';
import { conditionsOf } from './conditions.ts';
import { measureLeak } from './leak.ts';
import { nameOf, placeOf } from './names.ts';
import { notes } from './notes.ts';
import { parseOptions } from './options.ts';
import { measurePeers } from './peers/run.ts';
import { buildPrograms } from './processes.ts';
import { rowOf, type Results, type Row } from './results.ts';
import { textTable } from './table.ts';
import { writeProfile, writeResults } from './write-results.ts';

/**
 * Sweeps generated organizations on the sandbox, which runs in a process of its own, and prints how near each
 * run comes to what AWS's quotas, the latency and the processor allow. The results go to bench/results.
 *
 * - npm run bench
 * - npm run bench -- --quick
 * - npm run bench -- --accounts 500 --users 20
 * - npm run bench -- --accounts 10000 --latency 60
 * - npm run bench -- --accounts 1000 --latency 60 --profile
 * - npm run bench -- --leak
 * - npm run bench -- --peers --original rotate-iam-keys/handler.js
 */
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.leak) console.log(await measureLeak(options));
  else if (options.peers) console.log(await measurePeers(options));
  else await measureSweeps(options);
} catch (error) {
  if (!(error instanceof RangeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function measureSweeps(options: Choice): Promise<void> {
  const results = await measure(options);
  console.log([textTable(results), '', ...notes(results)].join('\n'));
  await writeResults(fileOf(options), results);
  if (options.profile) await writeProfile(results);
}

async function measure(choice: Choice): Promise<Results> {
  const { cells, leftOut } = cellsFor(choice);
  const programs = await buildPrograms();
  try {
    const rows: Row[] = [];
    const failed: string[] = [];
    for (const cell of cells) {
      console.error(`${nameOf(cell)}: ${placeOf(cell.setting)} …`);
      try {
        rows.push(rowOf(cell, await programs.run(cell, choice.profile), rows));
      } catch (error) {
        // The others are worth having all the same.
        failed.push(`${nameOf(cell)} at ${placeOf(cell.setting)}: ${String(error)}`);
      }
    }
    return { conditions: conditionsOf(cells), rows, leftOut: [...failed, ...leftOut] };
  } finally {
    await programs.remove();
  }
}

function fileOf(choice: Choice): string {
  if (isChosen(choice) || choice.profile) return 'chosen';
  return choice.quick ? 'quick' : 'full';
}
