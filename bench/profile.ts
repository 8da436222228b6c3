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

/** Where the time of the main thread went, by kind of work: 1 is all of it, idleness included. */
export type Shares = Readonly<Record<string, number>>;

export const IDLE = 'idle';

/**
 * By what names the code: a module of Node, a function that is not written in JavaScript, or a file of the
 * bundle. The first that fits.
 */
const KINDS: readonly (readonly [string, RegExp])[] = [
  [IDLE, /^native \(idle\)/],
  ['garbage collection', /^native \(garbage collector\)/],
  ['JSON', /^bench\/name-json/],
  ['signing', /signature-v4|crypto|sigv4|http-signing|native (update|digest|Hash|Hmac)$/i],
  ['XML and the query protocol', /xml|\/protocols\/|\/schema\/|\/serde\//i],
  [
    'HTTP and sockets',
    /^node:(_?https?|net|internal\/stream|events)|^native (writev|write\w+String)|node-http-handler/,
  ],
  [
    'ledger',
    /^src\/ledger\/|^node:(internal\/)?fs|^native (openFileHandle|close|fsync|lstat|link|rename|mkdir)$/,
  ],
  ['other middleware of the SDK', /^node_modules\/@(aws-sdk|smithy)\//],
  ['keysweep itself', /^src\/|^node_modules\//],
];

/** Promises, timers, events, and what V8 does by itself. */
const REST = 'rest of Node';

/**
 * Adds a profile up.
 * @param program the bundle that ran, in which esbuild names the file that each part comes from
 */
export function sharesOf(profile: CpuProfile, program: string): Shares {
  const files = filesByLine(program);
  const kinds = new Map(profile.nodes.map(({ id, callFrame }) => [id, kindOf(nameOf(callFrame, files))]));
  const total = profile.timeDeltas.reduce((sum, time) => sum + time, 0);
  const shares: Record<string, number> = Object.fromEntries([...KINDS, [REST]].map(([kind]) => [kind, 0]));
  for (const [at, id] of profile.samples.entries()) {
    const kind = kinds.get(id) ?? REST;
    shares[kind] = (shares[kind] ?? 0) + (profile.timeDeltas[at] ?? 0) / total;
  }
  return shares;
}

function filesByLine(program: string): string[] {
  let file = 'unknown';
  return program
    .split('\n')
    .map((line) => (file = /^\/\/ ((?:node_modules|src|bench)\/\S+)$/.exec(line)?.[1] ?? file));
}

function nameOf({ functionName, url, lineNumber }: CallFrame, files: readonly string[]): string {
  if (url.startsWith('node:')) return url;
  return url === '' ? `native ${functionName}` : (files[lineNumber] ?? 'unknown');
}

function kindOf(name: string): string {
  return KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? REST;
}

/** @param folder that holds one profile */
export async function readShares(folder: string, program: string): Promise<Shares> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile'));
  if (name === undefined) throw new Error(`no profile in ${folder}`);
  const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as CpuProfile;
  return sharesOf(profile, await readFile(program, 'utf8'));
}
