import { spawnSync } from 'node:child_process';

import { now } from '../support/clock.ts';
import { CLOCK_PRELOAD, moveOfDay, MOVES, type Move } from './moves.ts';

/**
 * Runs the suite with the clock of every Node process moved: `npm run test:clock` with each move in turn, and
 * with names behind `--` only with those; `today` is the one that CI runs on this day. Files named there,
 * too, are run alone.
 */

const given = process.argv.slice(2);
const files = given.filter((word) => word.startsWith('test/'));
const names = given.filter((word) => !files.includes(word));

function named(name: string): Move {
  if (name === 'today') return moveOfDay(now());
  const move = MOVES.find((one) => one.name === name);
  if (move) return move;
  const known = ['today', ...MOVES.map((one) => one.name)].join(', ');
  process.stderr.write(`There is no move ${name}. There are: ${known}. Files begin with test/.\n`);
  process.exit(2);
}

function passes({ name, from, timeZone }: Move): boolean {
  const started = now();
  const start = from(started);
  const zone = timeZone ?? "the machine's time zone";
  process.stdout.write(`\n== test:clock ${name}: from ${start.toISOString()}, in ${zone}\n`);
  const { status } = spawnSync(
    'npx',
    ['vitest', 'run', '--config', 'test/clock/vitest.config.ts', ...files],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        ...(timeZone !== undefined && { TZ: timeZone }),
        KEYSWEEP_CLOCK_OFFSET: String(start.getTime() - started.getTime()),
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${CLOCK_PRELOAD.href}`.trim(),
      },
    },
  );
  return status === 0;
}

const moves = names.length === 0 ? MOVES : names.map(named);
const results = moves.map((move) => ({ name: move.name, passed: passes(move) }));
for (const { name, passed } of results)
  process.stdout.write(`test:clock ${name}: ${passed ? 'ok' : 'FAILED'}\n`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
