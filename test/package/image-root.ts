import { execFile, spawnSync } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { ROOT } from '../../scripts/bundle.js';
import { CLOCK_PRELOAD, clockVariables } from '../clock/moves.ts';

const run = promisify(execFile);

/** Without a user who may mount and chroot, there is no root file system to start in. */
export const CAN_MOUNT = spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Outside of /tmp, which is another one while something is written there. */
const PRELOAD_INSIDE = '/move-clock.mjs';

/** What moves the clock inside of the image, if it is moved outside. */
export function clockInImage(): Record<string, string> {
  const { NODE_OPTIONS: outside } = clockVariables();
  return outside === undefined ? {} : { NODE_OPTIONS: `--import ${PRELOAD_INSIDE}` };
}

/** What the Dockerfile says of the last image. */
export interface LastImage {
  readonly entryPoint: readonly string[];
  readonly user: string;
  readonly workingFolder: string;
  /** Where the installed keysweep is copied to. */
  readonly keysweep: string;
}

export async function readDockerfile(): Promise<LastImage> {
  const text = (await readFile(join(ROOT, 'Dockerfile'), 'utf8')).split('\nFROM ').at(-1) ?? '';
  const after = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
  return {
    entryPoint: JSON.parse(after(/^ENTRYPOINT (.*)$/m)) as string[],
    user: after(/^USER (.*)$/m),
    workingFolder: after(/^WORKDIR (.*)$/m),
    keysweep: after(/^COPY --from=build \/installed\/lib\/node_modules\/keysweep (.*)$/m),
  };
}

/**
 * The root file system of the image, with the Node that runs the tests instead of the one of distroless: no
 * image engine is needed, and none of its layers is there.
 */
export async function makeImageRoot(image: LastImage, installed: string, root: string): Promise<void> {
  const [node = ''] = image.entryPoint;
  const { stdout } = await run('ldd', [process.execPath]);
  const libraries = [...stdout.matchAll(/(?:^|=>)\s*(\/\S+) \(/gm)].map(([, path = '']) => path);
  await copyInto(root, process.execPath, node);
  for (const library of libraries) await copyInto(root, library, library);
  await copyInto(root, fileURLToPath(CLOCK_PRELOAD), PRELOAD_INSIDE);
  await cp(installed, join(root, image.keysweep), { recursive: true });
  await mkdir(join(root, image.workingFolder));
  await mkdir(join(root, 'tmp'));
  // mkdtemp makes the folder above them for its owner only.
  await chmod(root, 0o755);
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  await mkdir(join(root, dirname(to)), { recursive: true });
  await copyFile(from, join(root, to));
}

/** Runs the entry point of the image, read-only and as its user, with a writable /tmp on demand. */
export function inImage(image: LastImage, root: string, writableTmp = false): string[] {
  const tmp = writableTmp ? `mount -t tmpfs tmpfs "${root}/tmp" && ` : '';
  const readOnly = `mount --bind "${root}" "${root}" && mount -o remount,bind,ro "${root}"`;
  const start = `cd "${root}" && exec chroot --userspec="${image.user}" "${root}" "$@"`;
  return ['unshare', '--mount', 'sh', '-c', `${readOnly} && ${tmp}${start}`, 'sh', ...image.entryPoint];
}
