import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';

import { clockVariables } from '../clock/moves.ts';
import { keysweepProgram } from './keysweep-program.ts';

export interface Ended {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** The tests also run on a Node of which keysweep warns. */
const OLD_NODE = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Runs `keysweep` in a process, with only PATH, HOME and the given variables. */
export function keysweep(
  args: readonly string[],
  environment: Record<string, string>,
  cwd?: string,
): Promise<Ended> {
  return startKeysweep(args, environment, cwd).ended;
}

/** The same, to act on the process meanwhile. */
export function startKeysweep(
  args: readonly string[],
  environment: Record<string, string>,
  cwd: string = tmpdir(),
): Started {
  return startProgram(process.execPath, [keysweepProgram(), ...args], environment, cwd);
}

/** Any program, in the same environment. */
export function startProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string>,
  cwd: string = tmpdir(),
): Started {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(program, args, {
    cwd,
    env: { PATH, HOME, ...OLD_NODE, ...clockVariables(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]).then(
    ([stdout, stderr, [code]]): Ended => ({ code: code as number | null, stdout, stderr }),
  );
  return { child, ended };
}
