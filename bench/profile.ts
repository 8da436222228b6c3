import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As V8 writes it: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  /** Ids of the nodes that were at work, and the microseconds before each sample. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

/** Where the time of the main thread went. */
export type Shares = ReadonlyMap<string, number>;

/**
 * Adds a profile up by origin: a package of node_modules, a room of src, a module of Node, or what V8 does by itself.
 * @param program the bundle that ran, in which esbuild names the file that each part comes from
 * @returns share of the time by origin, the largest first; 1 is all of it, idleness included
 */
export function sharesOf(profile: CpuProfile, program: string): Shares {
  const files = filesByLine(program);
  const origins = new Map(profile.nodes.map(({ id, callFrame }) => [id, originOf(callFrame, files)]));
  const total = profile.timeDeltas.reduce((sum, time) => sum + time, 0);
  const shares = new Map<string, number>();
  for (const [at, id] of profile.samples.entries()) {
    const origin = origins.get(id) ?? 'unknown';
    shares.set(origin, (shares.get(origin) ?? 0) + (profile.timeDeltas[at] ?? 0) / total);
  }
  return new Map([...shares].sort(([, a], [, b]) => b - a));
}

function filesByLine(program: string): string[] {
  let file = 'unknown';
  return program
    .split('\n')
    .map((line) => (file = /^\/\/ ((?:node_modules|src|bench)\/\S+)$/.exec(line)?.[1] ?? file));
}

function originOf({ functionName, url, lineNumber }: CallFrame, files: readonly string[]): string {
  if (url.startsWith('node:')) return 'Node';
  if (url === '') return functionName.startsWith('(') ? functionName.slice(1, -1) : 'Node';
  const file = files[lineNumber] ?? 'unknown';
  return /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split('/').slice(0, 2).join('/');
}

/** @param folder that holds one profile */
export async function readShares(folder: string, program: string): Promise<Shares> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile;
  return sharesOf(profile, await readFile(program, 'utf8'));
}
