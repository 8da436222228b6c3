import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UsageError } from '../src/commands/errors.ts';
import type { Deployment } from '../src/config/deployment-schema.ts';
import { localStateFile } from './state.ts';
import { readLocalStates, readS3States, type States } from './stored-states.ts';
import { pushState, type TerraformFolders } from './terraform.ts';

/**
 * The states of all stacks, where accounts.json says that they are.
 * @throws UsageError while a state is still in a file, although accounts.json names a bucket
 */
export async function readStates({ state }: Deployment, root: string): Promise<States> {
  const local = await readLocalStates(root);
  if (state === undefined) return local;
  const stored = await readS3States(state);
  const left = unmigrated(local, stored, state.bucket);
  if (left.length === 0) return stored;
  throw new UsageError(
    `deployment.state names the bucket ${state.bucket}, but ${left.map(localStateFile).join(', ')} ` +
      'has not been moved there. Run npm run deploy -- --migrate-state.',
  );
}

/**
 * Moves every state from its file into the bucket, and renames the file, so that it is read no more.
 * @returns the exit code
 */
export async function migrateStates({ state }: Deployment, folders: TerraformFolders): Promise<number> {
  if (state === undefined)
    throw new UsageError('--migrate-state moves the state to the bucket of deployment.state. Set it first.');
  const local = await readLocalStates(folders.root);
  const left = unmigrated(local, await readS3States(state), state.bucket);
  for (const stack of left) {
    const status = pushState(folders, stack, join(folders.root, localStateFile(stack)));
    if (status !== 0) return status;
  }
  for (const stack of local.keys()) await retire(join(folders.root, localStateFile(stack)));
  process.stderr.write(
    `Moved ${left.length} to s3://${state.bucket}. Run npm run deploy: Terraform should find no changes.\n`,
  );
  return 0;
}

function retire(file: string): Promise<void> {
  return rename(file, `${file}.migrated`);
}

/**
 * Stacks with a state in a file only.
 * @throws UsageError when file and bucket have different ones
 */
function unmigrated(local: States, stored: States, bucket: string): string[] {
  const left = [...local].filter(([stack, state]) => !isDeepStrictEqual(state, stored.get(stack)));
  const filled = left.filter(([, { resources }]) => resources.length > 0).map(([stack]) => stack);
  const twice = filled.filter((stack) => stored.get(stack)?.resources.length);
  if (twice.length === 0) return filled;
  // Terraform gives a state a new lineage when it moves, so nothing tells a stale copy from another state.
  throw new UsageError(
    `${twice.map(localStateFile).join(', ')} and s3://${bucket} both have a state, and they differ. ` +
      'If the state was moved earlier, from here or another machine, delete the file.',
  );
}
