import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { startProgram, type Ended } from './keysweep-process.ts';
import { keysweepProgram } from './keysweep-program.ts';

const SCRIPT = join(import.meta.dirname, 'in-terminal.py');

/** Whether there is a Python whose `pty` module makes a terminal. CI must have one. */
export function hasTerminal(): boolean {
  if (process.env['CI'] === 'true') return true;
  try {
    execFileSync('python3', ['-c', 'import pty'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What is typed when a text has appeared; null closes the terminal. */
export type Exchange = readonly [question: string, answer: string | null];

/**
 * Runs a command line of the shell in a pseudo-terminal; `keysweep` is the program there.
 * @returns everything that the terminal showed as `stdout`
 */
export function inTerminal(
  command: string,
  environment: Record<string, string>,
  exchanges: readonly Exchange[] = [],
): Promise<Ended> {
  const shell = `keysweep() { ${process.execPath} ${keysweepProgram()} "$@"; }; ${command}`;
  const args = [SCRIPT, JSON.stringify(exchanges), '/bin/sh', '-c', shell];
  return startProgram('python3', args, { TERM: 'xterm-256color', ...environment }).ended;
}
