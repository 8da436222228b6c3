import { Console } from 'node:console';
import { tmpdir } from 'node:os';

import { keysweep } from '../../src/commands/keysweep.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { PLAIN } from '../../src/report/style.ts';
import { clockVariables } from '../clock/moves.ts';
import type { Ended } from './keysweep-process.ts';

/** The end of the last command. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command line in this process, in a tenth of the time of a new process. Its environment is PATH,
 * HOME and the given variables; everything written meanwhile counts as its output, warnings too.
 *
 * One at a time, because environment, folder and output belong to the process: other callers wait. A test
 * that runs two commands at once, or ends one by a signal, starts real processes.
 */
export function typeCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string = tmpdir(),
): Promise<Ended> {
  const ended = last.then(() => run(words, environment, cwd));
  last = ended.catch(() => undefined);
  return ended;
}

async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Ended> {
  const leave = enter(environment, cwd);
  const [stdout, stderr] = [take(process.stdout), take(process.stderr)];
  try {
    const code = await keysweep(words, TERMINAL);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.release();
    stderr.release();
    leave();
  }
}

/** As if the output went into pipes. */
const TERMINAL: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  say: (text) => void process.stderr.write(`${text}\n`),
  style: PLAIN,
  messageStyle: PLAIN,
  progress: () => undefined,
  endProgress: () => undefined,
  interactive: false,
};

/** Makes this process look like a new one. @returns a function that restores it */
function enter(environment: Readonly<Record<string, string>>, cwd: string): () => void {
  const { console } = globalThis;
  const before = { environment: { ...process.env }, cwd: process.cwd(), exitCode: process.exitCode };
  const { PATH = '', HOME = '' } = before.environment;
  process.chdir(cwd);
  setEnvironment({
    // src/cli.ts sets it.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // As startProgram does.
    PATH,
    HOME,
    ...clockVariables(),
    ...environment,
  });
  // That of vitest does not write to the streams of the process; the library that completes words does.
  globalThis.console = new Console(process.stdout, process.stderr);
  return () => {
    globalThis.console = console;
    setEnvironment(before.environment);
    process.chdir(before.cwd);
    process.exitCode = before.exitCode;
  };
}

function setEnvironment(environment: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env))
    if (!(name in environment)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
}

/** Collects what is written to a stream, as text: half of a surrogate pair would not survive as bytes. */
function take(stream: NodeJS.WriteStream): { readonly text: () => string; readonly release: () => void } {
  const own = Object.getOwnPropertyDescriptor(stream, 'write');
  let taken = '';
  stream.write = (chunk: string | Uint8Array) => {
    taken += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return {
    text: () => taken,
    release: () => {
      if (own) Object.defineProperty(stream, 'write', own);
      else Reflect.deleteProperty(stream, 'write');
    },
  };
}
