import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

import type { Cell } from './cells.ts';
import type { Measured, Took } from './contender.ts';
import type { Troubled } from './peers/prepare.ts';
import { readShares, type Shares } from './profile.ts';
import type { Setting } from './setting.ts';
import type { Left, Work } from './truth.ts';

const PROGRAMS = ['sandbox-process', 'contender-process', 'leak-process', 'peers/original-process'];
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** From the IDs of keys until the last of them is Inactive. */
export interface LeakTook {
  readonly what: string;
  readonly seconds: number;
  readonly calls: number;
}

/** What the sandbox was asked, and how it was left. */
export interface Asked {
  /** By name, such as `iam:GetGroup`; an attempt that was throttled counts. */
  readonly calls: Readonly<Record<string, number>>;
  /**
   * Of a processor, that the sandbox took: where it comes near the wall time, the sandbox was the narrowest
   * place.
   */
  readonly sandboxSeconds: number;
  /** What there was to do, and how the keys were left, by the sandbox. */
  readonly work: Work;
  readonly left: Left;
  /** The account in trouble, where one is. */
  readonly troubled?: Troubled;
}

/** One run of one contender. */
export interface Run extends Measured, Asked {
  /** What follows on a sweep in the Lambda; missing where nothing does, and where the process died of it. */
  readonly afterwards?: Took;
  /** Where the time went, when it was to be profiled. */
  readonly shares?: Shares;
}

/** Variables with which a program talks to the sandbox and not to AWS. */
export type Environment = Readonly<Record<string, string>>;

export interface Programs {
  /** Where they are. */
  readonly folder: string;
  readonly beside: <Result>(
    setting: Setting,
    work: (environment: Environment) => Promise<Result>,
  ) => Promise<{ readonly result: Result; readonly asked: Asked }>;
  /** @param profiled which takes a few percent of the processor */
  readonly run: (cell: Cell, profiled?: boolean) => Promise<Run>;
  readonly runLeak: (setting: Setting) => Promise<readonly LeakTook[]>;
  readonly remove: () => Promise<void>;
}

/**
 * The programs of the benchmark, each in one file as a Lambda would have it: a loader of TypeScript takes
 * memory of its own.
 */
export async function buildPrograms(): Promise<Programs> {
  const folder = join(REPOSITORY, 'coverage');
  await mkdir(folder, { recursive: true });
  const outdir = await mkdtemp(join(folder, 'bench-'));
  await build({
    entryPoints: PROGRAMS.map((name) => join(REPOSITORY, 'bench', `${name}.ts`)),
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
    folder: outdir,
    beside: (setting, work) => besideSandbox(outdir, setting, work),
    run: (cell, profiled = false) => runContender(outdir, cell, profiled),
    runLeak: (setting) => runLeak(outdir, setting),
    remove: () => rm(outdir, { recursive: true }),
  };
}

async function runLeak(folder: string, setting: Setting): Promise<readonly LeakTook[]> {
  const program = [join(folder, 'leak-process.mjs'), JSON.stringify(setting)];
  const { result } = await besideSandbox(folder, setting, (environment) =>
    answerOf(start(program, environment)),
  );
  return result as LeakTook[];
}

async function runContender(folder: string, { contender, setting }: Cell, profiled: boolean): Promise<Run> {
  const program = join(folder, 'contender-process.mjs');
  const profiles = await mkdtemp(join(folder, 'profile-'));
  const flags = [...(profiled ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [])];
  const parts = [contender, JSON.stringify(setting), profiled ? 'profiled' : 'afterwards'];
  const { result, asked } = await besideSandbox(folder, setting, (environment) =>
    allAnswersOf(start([...flags, program, ...parts], environment)),
  );
  const [measured, afterwards] = result as [Measured, Took?];
  const shares = profiled ? await readShares(profiles, program) : undefined;
  return { ...measured, ...asked, ...(afterwards && { afterwards }), ...(shares && { shares }) };
}

/** Works beside a sandbox of its own. @returns what came of it, and what the sandbox says at its end */
async function besideSandbox<Result>(
  folder: string,
  setting: Setting,
  work: (environment: Environment) => Promise<Result>,
) {
  const sandbox = start([join(folder, 'sandbox-process.mjs'), JSON.stringify(setting)], {});
  try {
    const result = await work((await answerOf(sandbox)) as Environment);
    const end = answerOf(sandbox);
    sandbox.kill();
    return { result, asked: (await end) as Asked };
  } finally {
    sandbox.kill();
  }
}

function start(parameters: readonly string[], environment: Environment): ChildProcess {
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment };
  return spawn(process.execPath, ['--no-warnings', ...parameters], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** The lines of JSON that a program prints until it ends. @throws when there is none */
async function allAnswersOf({ stdout }: ChildProcess): Promise<unknown[]> {
  const answers: unknown[] = [];
  if (stdout) for await (const line of createInterface({ input: stdout })) answers.push(JSON.parse(line));
  if (answers.length === 0) throw new Error('the program ended with no answer');
  return answers;
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
