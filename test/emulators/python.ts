import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const INSTALLER = join(import.meta.dirname, 'install.py');

/** One environment each, because each pins a version of botocore, and no two the same. */
const REQUIREMENTS = {
  /** `moto_server`, `aws`, and `python` with boto3. */
  emulators: 'test/emulators/requirements.txt',
  /** `checkov`, `cfn-lint`, and `python` with parliament. */
  checkers: 'test/cdktf/checkers/requirements.txt',
  /** `ministack`. */
  ministack: 'test/cdktf/ministack/requirements.txt',
  /** `python` with the schema of OCSF. */
  ocsf: 'test/report/formats/requirements.txt',
  /** `python` with aws-croniter. */
  cron: 'test/config/cron/requirements.txt',
  /** `zizmor`, `hadolint`, `kubernetes-validate` and `check-jsonschema`. */
  linters: 'test/package/linters/requirements.txt',
  /** `c7n-org`, and `python` with boto3. */
  peers: 'bench/peers/requirements.txt',
} as const;

export type EnvironmentName = keyof typeof REQUIREMENTS;

/** The programs of a virtual environment. */
export interface PythonEnvironment {
  /** Absolute path of a program of the environment. */
  bin(name: string): string;
}

const environments = new Map<EnvironmentName, Promise<PythonEnvironment | undefined>>();

/**
 * A virtual environment with what its requirements pin, made at the first use: about 10 s, and nothing after
 * that.
 *
 * @returns undefined where it cannot be had, with a line that says so, so that a suite says
 * `describe.skipIf(…)`; and where KEYSWEEP_WITHOUT_PYTHON says that it is not wanted
 * @throws with CI=true, where no test may be skipped; the message is what Python said
 */
export function pythonEnvironment(
  name: EnvironmentName = 'emulators',
): Promise<PythonEnvironment | undefined> {
  if (process.env.KEYSWEEP_WITHOUT_PYTHON === 'true') return Promise.resolve(undefined);
  const made = environments.get(name) ?? make(name);
  environments.set(name, made);
  return made;
}

async function make(name: EnvironmentName): Promise<PythonEnvironment | undefined> {
  try {
    const programs = await install(
      join(REPOSITORY, '.venv-test', name),
      join(REPOSITORY, REQUIREMENTS[name]),
    );
    return { bin: (program) => join(programs, program) };
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    const reason = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
    process.stderr.write(`Skipped: the suites that need the Python environment ${name} (${reason})\n`);
    return undefined;
  }
}

async function install(environment: string, requirements: string): Promise<string> {
  const stamp = await expectedStamp(environment, requirements);
  if ((await readFile(join(environment, 'stamp'), 'utf8').catch(() => undefined)) !== stamp)
    await promisify(execFile)('python3', [INSTALLER, environment, requirements, stamp]);
  return join(environment, 'bin');
}

/** The path is part of it because the scripts of a virtual environment name it, so a moved one is broken. */
async function expectedStamp(environment: string, requirements: string): Promise<string> {
  const hash = createHash('sha256');
  for (const part of [environment, await readFile(requirements), await readFile(INSTALLER)])
    hash.update(part);
  return hash.digest('hex');
}
