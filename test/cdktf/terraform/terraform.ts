import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { StackJson } from '../synthesised.ts';
import { type Plan, planErrors, planFile } from './mocked-plan.ts';
import { startStubProvider } from './stub-provider.ts';

/** The real Terraform, with a provider that has only the schema of the bindings. */
export interface Terraform {
  /** The findings of `terraform validate`, one sentence each. */
  validate(stack: StackJson): Promise<string[]>;
  /** The same for a root module in a folder, and the modules that it uses. */
  validateRoot(folder: string): Promise<string[]>;
  /** What stops a plan of a module in a folder, with mocked providers. */
  plan(folder: string, plan: Plan): Promise<string[]>;
  /** What `terraform fmt` would change in a folder. */
  formatting(folder: string): Promise<string>;
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

/** OpenTofu, which is not required, not even in CI. */
export async function hasTofu(): Promise<boolean> {
  return promisify(execFile)('tofu', ['version'], { env: environment({}) }).then(
    () => true,
    () => false,
  );
}

/** @param stacks everything to validate, for its resource types */
export async function startTerraform(
  stacks: Iterable<StackJson>,
  program: 'terraform' | 'tofu' = 'terraform',
): Promise<Terraform> {
  const known = [...stacks];
  const types = (section: 'resource' | 'data') =>
    new Set(known.flatMap((stack) => Object.keys(stack[section] ?? {})));
  const stub = await startStubProvider({ resources: types('resource'), dataSources: types('data') });
  const run: Run = (folder, ...args) =>
    promisify(execFile)(program, args, { cwd: folder, env: environment(stub.environment) }).then(
      ({ stdout }) => stdout,
      // Terraform exits with 1 or 3 when it finds something.
      (failed: unknown) => (failed as { stdout: string }).stdout,
    );
  return {
    validate: (stack) => validate(stack, run),
    validateRoot: async (folder) => {
      await run(folder, 'get');
      return findings(await run(folder, 'validate', '-json'));
    },
    plan: async (folder, plan) => {
      const file = join(folder, 'plan.tftest.json');
      await writeFile(file, planFile(plan));
      await run(folder, 'get');
      return planErrors(await run(folder, 'test', '-json').finally(() => rm(file)));
    },
    formatting: (folder) => run(folder, 'fmt', '-check', '-diff', '-recursive'),
    close: () => stub.close(),
  };
}

/** Runs Terraform in a folder. @returns what it printed */
type Run = (folder: string, ...args: readonly string[]) => Promise<string>;

async function validate(stack: StackJson, run: Run): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-validate-'));
  try {
    await writeFile(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
    return findings(await run(folder, 'validate', '-json'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function findings(output: string): string[] {
  const { diagnostics } = JSON.parse(output) as { diagnostics: { summary: string; detail?: string }[] };
  return diagnostics.map(({ summary, detail }) => `${summary}: ${detail ?? ''}`);
}

/** Ignores the developer's settings, and does not check for updates. */
function environment(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '/dev/null', ...more };
}
