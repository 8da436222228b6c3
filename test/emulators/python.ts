import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const ENVIRONMENT = join(REPOSITORY, '.venv-test');
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const INSTALLER = join(import.meta.dirname, 'install.py');

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the programs of the virtual environment; undefined when there is none. */
    pythonBin: string | undefined;
  }
}

/** The Python programs that the tests use: `moto_server`, `aws`, `python` (with boto3). */
export interface PythonEnvironment {
  /** Absolute path of a program of the environment. */
  bin(name: string): string;
}

/**
 * The environment that the global set-up made; undefined where there is no Python, so that a suite says
 * `describe.skipIf(pythonEnvironment() === undefined)`.
 */
export function pythonEnvironment(): PythonEnvironment | undefined {
  const folder = inject('pythonBin');
  return folder === undefined ? undefined : { bin: (name) => join(folder, name) };
}

/**
 * Makes a virtual environment with what a requirements file pins, once: about 30 s the first time, nothing after that.
 *
 * @param environment the folder of the environment; left out: `.venv-test`
 * @param requirements the file with the pins; left out: that of the emulators
 * @returns the folder of its programs.
 * @throws when python3, its venv module or a package cannot be had; the message is what Python said.
 */
export async function installPythonEnvironment(
  environment: string = ENVIRONMENT,
  requirements: string = REQUIREMENTS,
): Promise<string> {
  const bin = join(environment, 'bin');
  const stamp = expectedStamp(environment, requirements);
  if ((await readFile(join(environment, 'stamp'), 'utf8').catch(() => undefined)) !== stamp) {
    await promisify(execFile)('python3', [INSTALLER, environment, requirements, stamp]);
  }
  return bin;
}

/** The path is part of it because the scripts of a virtual environment name it, so a moved one is broken. */
function expectedStamp(environment: string, requirements: string): string {
  const hash = createHash('sha256');
  for (const part of [environment, readFileSync(requirements), readFileSync(INSTALLER)]) hash.update(part);
  return hash.digest('hex');
}
