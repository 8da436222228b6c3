import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import type { Measured } from './contender.ts';
import { readShares, type Shares } from './profile.ts';
import type { Setting } from './setting.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** One run of one contender, with the calls that reached the sandbox. */
export interface Run extends Measured {
  /** By name, such as `iam:GetGroup`; an attempt that was throttled counts. */
  readonly calls: Readonly<Record<string, number>>;
  /** Of a processor, that the sandbox took: where it comes near the wall time, the sandbox was the narrowest place. */
  readonly sandboxSeconds: number;
  /** Where the time went, when it was to be profiled. */
  readonly shares?: Shares;
}

export interface Programs {
  readonly run: (contender: string, setting: Setting, how?: Partial<How>) => Promise<Run>;
  readonly remove: () => Promise<void>;
}

/** The programs of the benchmark, each in one file as a Lambda would have it: a loader of TypeScript takes memory of its own. */
export async function buildPrograms(): Promise<Programs> {
  const folder = join(REPOSITORY, 'coverage');
  await mkdir(folder, { recursive: true });
  const outdir = await mkdtemp(join(folder, 'bench-'));
  await build({
    entryPoints: ['sandbox-process', 'contender-process'].map((name) =>
      join(REPOSITORY, 'bench', `${name}.ts`),
    ),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return {
    run: (contender, setting, how = {}) => runContender(outdir, { contender, setting, ...how }),
    remove: () => rm(outdir, { recursive: true }),
  };
}

export interface How {
  /** Which takes a few percent of the processor. */
  readonly profiled: boolean;
  /** With garbage collected early, instead of when V8 finds it worth its while. */
  readonly smallHeap: boolean;
}

export const SMALL_HEAP = ['--max-semi-space-size=4', '--max-old-space-size=128'];

interface ToRun extends Partial<How> {
  readonly contender: string;
  readonly setting: Setting;
}

async function runContender(
  folder: string,
  { contender, setting, profiled = false, smallHeap = false }: ToRun,
): Promise<Run> {
  const sandbox = start([join(folder, 'sandbox-process.mjs'), JSON.stringify(setting)], {});
  try {
    const environment = (await answerOf(sandbox)) as Record<string, string>;
    const program = join(folder, 'contender-process.mjs');
    const profiles = join(folder, `${contender}-${setting.accounts}-${setting.latency}-${setting.slowShare}`);
    const flags = [
      ...(smallHeap ? SMALL_HEAP : []),
      ...(profiled ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []),
    ];
    const child = start([...flags, program, contender, JSON.stringify(setting)], environment);
    const exited = once(child, 'exit');
    const measured = (await answerOf(child)) as Measured;
    await exited;
    const end = answerOf(sandbox);
    sandbox.kill();
    const asked = (await end) as Pick<Run, 'calls' | 'sandboxSeconds'>;
    const shares = profiled ? await readShares(profiles, program) : undefined;
    return { ...measured, ...asked, ...(shares && { shares }) };
  } finally {
    sandbox.kill();
  }
}

function start(parameters: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment };
  return spawn(process.execPath, ['--no-warnings', ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The line of JSON that a program prints. @throws when it ends without one */
async function answerOf(child: ChildProcess): Promise<unknown> {
  if (!child.stdout) throw new Error('the program has no output');
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the program ended with ${String(code)} and no answer`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), exited])) as [string];
  exited.catch(() => undefined);
  return JSON.parse(line);
}
