import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'cdktf';
import type { LockedAccount } from '../src/config/accounts-lock.ts';
import { DirectMemberRolesStack } from './direct-member-roles-stack.ts';
import { type LambdaZip, writeZip } from './lambda-zip.ts';
import { LedgerStack } from './ledger-stack.ts';
import type { DeploymentSource } from './load-deployment.ts';
import { MemberRolesStack } from './member-roles-stack.ts';
import { writeModules } from './modules/write-modules.ts';
import { RotatorStack } from './rotator-stack.ts';

/** Gives the Lambda's program: built from the sources, or as it was packed. */
export type LambdaSource = () => Promise<Uint8Array>;

/**
 * Zips the Lambda and writes all stacks.
 * @param modules folder to write them to as modules of Terraform, too
 * @returns the folder of the stacks
 */
export async function synthesise(
  source: DeploymentSource,
  lambda: LambdaSource,
  modules?: string,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-'));
  try {
    const zip = await writeZip(folder, source.accountsJson, await lambda(), source.ca);
    const app = deploymentApp(source, zip);
    app.synth();
    if (modules !== undefined) await writeModules(app, source.config.deployment.name, modules);
    return app.outdir;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * All stacks of a deployment, not yet written.
 * @param zip must exist until the stacks are written
 * @param outdir default: the CLI's, or `cdktf.out`
 */
export function deploymentApp(
  { config, lock }: Pick<DeploymentSource, 'config' | 'lock'>,
  zip: LambdaZip,
  outdir?: string,
): App {
  const app = new App(outdir === undefined ? {} : { outdir });
  new LedgerStack(app, config);
  new RotatorStack(app, config, zip);
  if (lock === undefined) new MemberRolesStack(app, config);
  else
    for (const [number, accounts] of groupByStack(lock.accounts))
      new DirectMemberRolesStack(app, config, number, accounts);
  return app;
}

function groupByStack(accounts: readonly LockedAccount[]): Map<number, LockedAccount[]> {
  const stacks = new Map<number, LockedAccount[]>();
  for (const account of accounts) stacks.set(account.stack, [...(stacks.get(account.stack) ?? []), account]);
  return stacks;
}
