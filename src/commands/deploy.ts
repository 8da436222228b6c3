import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { VERSION } from '../config/version.ts';
import type { ExitCode } from './exit-code.ts';
import { UsageError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Made of cdktf/, with the provider that is too large for keysweep itself. */
const PACKAGE = 'keysweep-deploy';

type DeployAction = 'synth' | 'deploy' | 'destroy';

type Words = readonly string[];

interface DeployPackage {
  readonly version: string;
  /** Prints what is wrong. @returns an exit code */
  readonly run: (action: DeployAction, config: string, words: Words) => Promise<number>;
}

interface DeployOptions {
  readonly config: string;
  readonly migrateState?: boolean;
  readonly withLedger?: boolean;
  readonly modules?: string;
}

export function synth(options: DeployOptions, terminal: Terminal): Promise<ExitCode> {
  const { modules } = options;
  return runPackage('synth', modules === undefined ? [] : ['--modules', modules], options, terminal);
}

export function deploy(words: Words, options: DeployOptions, terminal: Terminal): Promise<ExitCode> {
  const all = options.migrateState ? [...words, '--migrate-state'] : words;
  return runPackage('deploy', all, options, terminal);
}

export function destroy(words: Words, options: DeployOptions, terminal: Terminal): Promise<ExitCode> {
  return runPackage('destroy', options.withLedger ? [...words, '--with-ledger'] : words, options, terminal);
}

/** @throws UsageError */
async function runPackage(
  action: DeployAction,
  words: Words,
  { config }: DeployOptions,
  { endProgress }: Terminal,
): Promise<ExitCode> {
  const { run } = await loadPackage(action);
  endProgress();
  const code = await run(action, config, words);
  return code === 0 || code === 2 ? code : 1;
}

async function loadPackage(action: DeployAction): Promise<DeployPackage> {
  const found = (await import(pathToFileURL(locate(action)).href)) as DeployPackage;
  if (found.version === VERSION) return found;
  throw new UsageError(
    `${PACKAGE} ${found.version} does not fit keysweep ${VERSION}. Install the same version of both.`,
  );
}

/** Beside keysweep, never in the working folder: it gets the credentials of the management account. */
function locate(action: DeployAction): string {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch (cause) {
    throw new UsageError(
      `keysweep ${action} needs the package ${PACKAGE}, which is not installed beside keysweep. ` +
        `docs/install.md says how to install it. In a clone, run npm run ${action}.`,
      { cause },
    );
  }
}
