import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackJson } from '../synthesised.ts';
import { startStubProvider } from './stub-provider.ts';

/** The real Terraform, with a provider that has only the schema of the bindings. */
export interface Terraform {
  /** The findings of `terraform validate`, one sentence each. */
  validate(stack: StackJson): Promise<string[]>;
  close(): Promise<void>;
}

/** False without Terraform, which is an error in CI. */
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

/** @param stacks everything to validate, for its resource types */
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
      // Terraform exits with 1 when it finds something.
      (failed: unknown) => (failed as { stdout: string }).stdout,
    );
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { summary: string; detail?: string }[] };
    return diagnostics.map(({ summary, detail }) => `${summary}: ${detail ?? ''}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Ignores the developer's settings, and does not check for updates. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', ...more };
}
