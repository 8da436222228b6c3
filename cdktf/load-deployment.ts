import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type AccountsLock, loadAccountsLock } from '../src/config/accounts-lock.ts';
import { loadConfig } from '../src/config/load.ts';
import { ConfigError } from '../src/config/problem.ts';
import { type DeployableConfig, isDeployable } from '../src/deployment.ts';
import { deploymentProblems, lockProblems } from './deployment-problems.ts';

/** What a deployment is made from. */
export interface DeploymentSource {
  readonly config: DeployableConfig;
  /** accounts.json as it stands on disk; the Lambda reads the same text. */
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
  const config = await loadConfig(file);
  if (!isDeployable(config)) throw new ConfigError(deploymentProblems(config), file);
  const problems = deploymentProblems(config);
  if (problems.length > 0) throw new ConfigError(problems, file);
  const lock = await lockFor(config, join(dirname(file), 'accounts.lock.json'));
  return {
    config,
    accountsJson: await readFile(file, 'utf8'),
    lock,
    isExample: resolve(file) === resolve(example),
  };
}

async function lockFor(config: DeployableConfig, path: string): Promise<AccountsLock | undefined> {
  if (config.deployment.memberRoles !== 'direct') return undefined;
  const lock = await loadAccountsLock(path);
  const problems = lockProblems(config, lock);
  if (problems.length > 0) throw new ConfigError(problems, path);
  return lock;
}
