import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type AccountsLock, loadAccountsLock } from '../src/config/accounts-lock.ts';
import { parseConfig, readConfigText } from '../src/config/load.ts';
import type { Problem } from '../src/config/problem.ts';
import { ConfigError } from '../src/config/errors.ts';
import { type DeployableConfig, isDeployable } from '../src/deployment/names.ts';
import { deploymentProblems, lockProblems, NO_DEPLOYMENT } from './deployment-problems.ts';

const LOCK_FILE = 'accounts.lock.json';

export interface DeploymentSource {
  readonly config: DeployableConfig;
  /** The text that was read: the Lambda gets the same. */
  readonly accountsJson: string;
  /** The text of deployment.proxy.caFile. */
  readonly ca?: string;
  /** The reviewed list of accounts; undefined unless `memberRoles` is `direct`. */
  readonly lock: AccountsLock | undefined;
  /** Whether this is accounts.example.json, which replaces a missing accounts.json and is never deployed. */
  readonly isExample: boolean;
}

/**
 * Reads accounts.json, and with `direct` accounts.lock.json beside it.
 * @param folder contains accounts.json or accounts.example.json
 * @param path overrides both
 * @throws ConfigError with all problems
 */
export async function loadDeployment(folder: string, path?: string): Promise<DeploymentSource> {
  const own = path ?? join(folder, 'accounts.json');
  const example = join(folder, 'accounts.example.json');
  const file = path === undefined && !existsSync(own) ? example : own;
  const accountsJson = await readConfigText(file);
  const config = parseConfig(accountsJson, file);
  if (!isDeployable(config)) throw new ConfigError([NO_DEPLOYMENT], file);
  const { lock, problems } = await readLock(config, dirname(file));
  const { ca, problems: ofCa } = await readCa(config, dirname(file));
  const all = [...deploymentProblems(config), ...problems, ...ofCa];
  if (all.length > 0) throw new ConfigError(all, file);
  return {
    config,
    accountsJson,
    ...(ca !== undefined && { ca }),
    lock,
    isExample: resolve(file) === resolve(example),
  };
}

async function readCa(
  { deployment: { proxy } }: DeployableConfig,
  folder: string,
): Promise<{ readonly ca?: string; readonly problems: readonly Problem[] }> {
  if (proxy?.caFile === undefined) return { problems: [] };
  const ca = await readFile(resolve(folder, proxy.caFile), 'utf8').catch(() => '');
  if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca, problems: [] };
  const path = 'deployment.proxy.caFile';
  return { problems: [{ path, value: proxy.caFile, expected: 'a file with certificates (PEM)' }] };
}

interface LockOrProblems {
  readonly lock?: AccountsLock;
  readonly problems: readonly Problem[];
}

/** Its problems name their file, because they are reported together with those of accounts.json. */
async function readLock(config: DeployableConfig, folder: string): Promise<LockOrProblems> {
  if (config.deployment.memberRoles !== 'direct') return { problems: [] };
  const inLock = (problem: Problem) => ({ ...problem, path: `${LOCK_FILE} ${problem.path}`.trim() });
  try {
    const lock = await loadAccountsLock(join(folder, LOCK_FILE));
    return { lock, problems: lockProblems(config, lock).map(inLock) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problems: error.problems.map(inLock) };
  }
}
