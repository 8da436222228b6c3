import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Build } from './build-under-test.ts';

/** One line of keysweep, and what stands there instead. */
export interface Break {
  /** Below src. */
  readonly file: string;
  readonly line: string;
  readonly instead: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A copy of keysweep with one line broken. It lies where packages are found, and where no tool looks.
 * @throws when the line is not there, or not once: the break must follow the code
 */
export async function breakBuild({
  file,
  line,
  instead,
}: Break): Promise<{ readonly build: Build; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(ROOT, 'coverage', 'broken-build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(join(ROOT, 'src'), folder, { recursive: true });
    const path = join(folder, file);
    const pieces = (await readFile(path, 'utf8')).split(line);
    if (pieces.length !== 2) throw new Error(`src/${file} has ${pieces.length - 1} times: ${line}`);
    await writeFile(path, pieces.join(instead));
    return { build: await load(folder), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

const MODULES = [
  ...[
    'config/load',
    'ledger/read-run',
    'ledger/stored-run',
    'ledger/plan-file',
    'fan-out/run-step',
    'fan-out/step',
  ],
  ...['sweep/run', 'sweep/written-since', 'sweep/undo-plan', 'sweep/undo'],
];

async function load(folder: string): Promise<Build> {
  const parts = await Promise.all(
    MODULES.map(
      (module) => import(/* @vite-ignore */ join(folder, `${module}.ts`)) as Promise<Partial<Build>>,
    ),
  );
  return Object.assign({}, ...parts) as Build;
}
