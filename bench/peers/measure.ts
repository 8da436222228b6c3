import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Asked, Environment, Programs } from '../processes.ts';
import type { Setting } from '../setting.ts';
import type { Peer } from './contenders.ts';
import type { Troubled } from './prepare.ts';

const LAUNCHER = join(import.meta.dirname, 'measure.py');

/** What the launcher says of a program and of those that it started. */
interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** null: stopped, because it took too long. */
  readonly exitCode: number | null;
}

export interface PeerRun extends Measured, Asked {
  readonly name: string;
  /** Whether a line that it printed names the account in trouble, and a trouble. */
  readonly saysSo?: boolean;
}

/** @param limit seconds after which it is stopped */
export async function runPeer(
  peer: Peer,
  { setting, limit }: { readonly setting: Setting; readonly limit: number },
  programs: Programs,
): Promise<PeerRun> {
  const folder = await mkdtemp(join(programs.folder, 'peer-'));
  try {
    const output = join(folder, 'output.txt');
    const command = await peer.prepare(folder, setting);
    const { result, asked } = await programs.beside(setting, (environment) =>
      launch(command, { limit, output, environment }),
    );
    const { troubled } = asked;
    const saysSo = troubled && { saysSo: namesTrouble(await readFile(output, 'utf8'), troubled) };
    return { name: peer.name, ...result, ...asked, ...saysSo };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Launch {
  readonly limit: number;
  readonly output: string;
  readonly environment: Environment;
}

/** Runs a program and those that it starts, and stops them after so many seconds. */
export async function launch(
  command: readonly string[],
  { limit, output, environment }: Launch,
): Promise<Measured> {
  const env = { ...process.env, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1', ...environment };
  const parameters = [LAUNCHER, String(limit), output, ...command];
  const { stdout } = await promisify(execFile)('python3', parameters, { env }).catch(needsPython);
  return JSON.parse(stdout) as Measured;
}

function needsPython(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOENT') throw error;
  throw new RangeError('--peers measures with python3, which was not found.', { cause: error });
}

const TROUBLE =
  /fail|error|denied|throttl|rate exceeded|cannot|could not|not (read|reached|checked)|incomplete/i;

/** A log that names every account, as that of c7n-org, says nothing by it. */
export function namesTrouble(output: string, { id, name }: Pick<Troubled, 'id' | 'name'>): boolean {
  // keysweep indents its accounts below the trouble, and the error below the account.
  const lines = output.replaceAll(/\n {4,}(?=\S)/g, ' ').split('\n');
  return lines.some((line) => [id, name].some((one) => line.includes(one)) && TROUBLE.test(line));
}
