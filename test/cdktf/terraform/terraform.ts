import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackJson } from '../synthesised.ts';
import { startStubProvider } from './stub-provider.ts';

/** The real Terraform, with a provider that knows the schema of the bindings and no AWS. */
export interface Terraform {
  /** What `terraform validate` finds wrong with a stack, one sentence each; empty: nothing. */
  validate(stack: StackJson): Promise<string[]>;
  close(): Promise<void>;
}

/** False where there is no Terraform to run; in CI that is an error, because there no test may be skipped. */
export async function hasTerraform(): Promise<boolean> {
  try {
    await promisify(execFile)('terraform', ['version'], { env: environment({}) });
    return true;
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    process.stderr.write('Skipped: the tests that need the terraform command\n');
    return false;
  }
}

/** @param stacks everything that will be validated, for the types of resources in it */
export async function startTerraform(stacks: Iterable<StackJson>): Promise<Terraform> {
  const known = [...stacks];
  const types = (section: 'resource' | 'data') =>
    new Set(known.flatMap((stack) => Object.keys(stack[section] ?? {})));
  const stub = await startStubProvider({ resources: types('resource'), dataSources: types('data') });
  return { validate: (stack) => validate(stack, environment(stub.environment)), close: () => stub.close() };
}

async function validate(stack: StackJson, env: NodeJS.ProcessEnv): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-validate-'));
  try {
    await writeFile(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    const stdout = await promisify(execFile)('terraform', ['validate', '-json'], { cwd: folder, env }).then(
      (ended) => ended.stdout,
      // Terraform ends with 1 when it found something.
      (failed: unknown) => (failed as { stdout: string }).stdout,
    );
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { summary: string; detail?: string }[] };
    return diagnostics.map(({ summary, detail }) => `${summary}: ${detail ?? ''}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Nothing of the developer's own, and no look for a newer version. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', ...more };
}
