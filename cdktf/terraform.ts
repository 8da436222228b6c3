import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from './chosen-stacks.ts';

/** Checksums of the provider, made by Terraform: https://developer.hashicorp.com/terraform/language/files/dependency-lock */
const LOCK_FILE = '.terraform.lock.hcl';

/** `npm run deploy` works with OpenTofu (`tofu`) as well. */
const PROGRAM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

/**
 * Runs `terraform init`, and `apply` or `destroy`, in the folder of each stack, until one fails.
 * @param root keeps the lock file, so that every stack, and every later deployment, gets the same provider
 * @param outdir of the synthesised stacks
 * @returns the exit code
 */
export function runTerraform(
  action: Action,
  { root, outdir }: { readonly root: string; readonly outdir: string },
  stacks: readonly string[],
  options: readonly string[],
): number {
  const cache = process.env.TF_PLUGIN_CACHE_DIR ?? join(root, 'cdktf.out', 'plugins');
  mkdirSync(cache, { recursive: true });
  for (const [index, stack] of stacks.entries()) {
    process.stderr.write(`\n${action} ${stack} (${index + 1} of ${stacks.length})\n`);
    const folder = join(outdir, 'stacks', stack);
    const terraform = (...args: readonly string[]): number => run(args, folder, cache);
    copyLock(root, folder);
    const status = terraform('init');
    if (status !== 0) return status;
    copyLock(folder, root);
    const ended = terraform(action === 'deploy' ? 'apply' : 'destroy', ...options);
    if (ended !== 0) return ended;
  }
  return 0;
}

function copyLock(from: string, to: string): void {
  if (existsSync(join(from, LOCK_FILE))) copyFileSync(join(from, LOCK_FILE), join(to, LOCK_FILE));
}

function run(args: readonly string[], cwd: string, cache: string): number {
  const env = { ...process.env, TF_PLUGIN_CACHE_DIR: cache };
  const { status, error } = spawnSync(PROGRAM, args, { cwd, env, stdio: 'inherit' });
  if (error !== undefined)
    process.stderr.write(
      `${PROGRAM} could not be started (${error.message}). Install Terraform 1.10: docs/deployment.md\n`,
    );
  return status ?? 1;
}
