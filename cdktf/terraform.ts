import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from './chosen-stacks.ts';

/** Checksums of the provider, made by Terraform: https://developer.hashicorp.com/terraform/language/files/dependency-lock */
const LOCK_FILE = '.terraform.lock.hcl';

/** `npm run deploy` works with OpenTofu (`tofu`) as well. */
const PROGRAM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';

export interface TerraformFolders {
  /** Keeps the lock file, so that every stack, and every later deployment, gets the same provider. */
  readonly root: string;
  /** Of the synthesised stacks. */
  readonly outdir: string;
}

/**
 * Runs `terraform init`, and `apply` or `destroy`, in the folder of each stack, until one fails.
 * @returns the exit code
 */
export function runTerraform(
  action: Action,
  folders: TerraformFolders,
  stacks: readonly string[],
  options: readonly string[],
): number {
  for (const [index, stack] of stacks.entries()) {
    process.stderr.write(`\n${action} ${stack} (${index + 1} of ${stacks.length})\n`);
    const status = initialise(folders, stack) || run(folders, stack, [VERBS[action], ...options]);
    if (status !== 0) return status;
  }
  return 0;
}

const VERBS: Readonly<Record<Action, string>> = { deploy: 'apply', destroy: 'destroy' };

/** Writes a state where its stack keeps it; Terraform replaces no other state. @returns the exit code */
export function pushState(folders: TerraformFolders, stack: string, file: string): number {
  process.stderr.write(`\nmove the state of ${stack}\n`);
  return initialise(folders, stack) || run(folders, stack, ['state', 'push', file]);
}

function initialise(folders: TerraformFolders, stack: string): number {
  const folder = folderOf(folders, stack);
  copyLock(folders.root, folder);
  const status = run(folders, stack, ['init', ...(remembersLocalState(folder) ? ['-reconfigure'] : [])]);
  if (status === 0) copyLock(folder, folders.root);
  return status;
}

/** Terraform remembers the file and would ask about it, but it was moved, or is still in use. */
function remembersLocalState(folder: string): boolean {
  const file = join(folder, '.terraform', 'terraform.tfstate');
  return existsSync(file) && /"type":\s*"local"/.test(readFileSync(file, 'utf8'));
}

function folderOf({ outdir }: TerraformFolders, stack: string): string {
  return join(outdir, 'stacks', stack);
}

function copyLock(from: string, to: string): void {
  if (existsSync(join(from, LOCK_FILE))) copyFileSync(join(from, LOCK_FILE), join(to, LOCK_FILE));
}

function run(folders: TerraformFolders, stack: string, args: readonly string[]): number {
  const cache = process.env.TF_PLUGIN_CACHE_DIR ?? join(folders.root, 'cdktf.out', 'plugins');
  mkdirSync(cache, { recursive: true });
  const env = { ...process.env, TF_PLUGIN_CACHE_DIR: cache };
  const { status, error } = spawnSync(PROGRAM, args, {
    cwd: folderOf(folders, stack),
    env,
    stdio: 'inherit',
  });
  if (error !== undefined)
    process.stderr.write(
      `${PROGRAM} could not be started (${error.message}). Install Terraform 1.10: docs/deployment.md\n`,
    );
  return status ?? 1;
}
