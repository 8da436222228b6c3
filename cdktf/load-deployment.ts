import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type AccountsLock, loadAccountsLock } from '../src/config/accounts-lock.ts';
import { parseConfig, readConfigText } from '../src/config/load.ts';
import type { Problem } from '../src/config/problem.ts';
import { ConfigError } from '../src/config/errors.ts';
import { type DeployableConfig, isDeployable } from '../src/deployment/names.ts';
import { deploymentProblems, lockProblems, NO_DEPLOYMENT } from './deployment-problems.ts';

const LOCK_FILE = 'accounts.lock.json';

/** What a deployment is made from. */
export interface DeploymentSource {
  readonly config: DeployableConfig;
  /** accounts.json as it was read, once: the Lambda reads the same text. */
  readonly accountsJson: string;
  /** The reviewed list of accounts; undefined unless `memberRoles` is `direct`. */
  readonly lock: AccountsLock | undefined;
  /** True when it is the example, which stands in where there is no accounts.json: good to look at, never to deploy. */
  readonly isExample: boolean;
}

/**
 * Reads accounts.json, and accounts.lock.json beside it where `direct` asks for one.
 *
 * @param folder where accounts.json is, or else accounts.example.json
 * @param path another file than those two
 * @throws ConfigError with everything that is wrong
 */
export async function loadDeployment(folder: string, path?: string): Promise<DeploymentSource> {
  const own = path ?? join(folder, 'accounts.json');
  const example = join(folder, 'accounts.example.json');
  const file = path === undefined && !existsSync(own) ? example : own;
  const accountsJson = await readConfigText(file);
  const config = parseConfig(accountsJson, file);
  if (!isDeployable(config)) throw new ConfigError([NO_DEPLOYMENT], file);
  const { lock, problems } = await readLock(config, dirname(file));
  const all = [...deploymentProblems(config), ...problems];
  if (all.length > 0) throw new ConfigError(all, file);
  return { config, accountsJson, lock, isExample: resolve(file) === resolve(example) };
}

interface LockOrProblems {
  readonly lock?: AccountsLock;
  readonly problems: readonly Problem[];
}

/** Its problems are told together with those of accounts.json, so they say which file they are in. */
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
