import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { startProgram } from '../support/keysweep-process.ts';
import { DAY, now } from '../support/clock.ts';
import { MOVES, moveOfDay } from './moves.ts';

const OFFSET = Number(process.env.KEYSWEEP_CLOCK_OFFSET ?? 0);

/** As the kernel has it, who dates files. */
function machineTime(): number {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-clock-'));
  writeFileSync(join(folder, 'file'), '');
  const { mtimeMs } = statSync(join(folder, 'file'));
  rmSync(folder, { recursive: true });
  return mtimeMs;
}

it('a test sees the clock that test:clock moves', () => {
  const moved = now().getTime() - machineTime();
  expect(Math.abs(moved - OFFSET)).toBeLessThan(5_000);
});

it('so does a process that a test starts, in the same time zone', async () => {
  const script =
    'process.stdout.write(JSON.stringify([Date.now(), Date().length > 0, new Date(0).getHours()]))';
  const { stdout } = await startProgram(process.execPath, ['-e', script], {}).ended;
  const [time, isText, hours] = JSON.parse(stdout) as [number, boolean, number];
  expect(Math.abs(time - machineTime() - OFFSET)).toBeLessThan(5_000);
  expect({ isText, hours }).toEqual({ isText: true, hours: new Date(0).getHours() });
});

it('every day has another move, and each has its day', () => {
  const days = MOVES.map((_, day) => moveOfDay(new Date(day * DAY)).name);
  expect(days).toEqual(MOVES.map(({ name }) => name));
});
