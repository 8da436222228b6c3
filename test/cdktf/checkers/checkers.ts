import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPythonEnvironment } from '../../emulators/python.ts';
import type { Stacks } from '../synthesised.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');
const ENVIRONMENT = join(REPOSITORY, 'node_modules', '.cache', 'keysweep-checkers');

/** What a checker has to say: which of its rules, and about what. */
export interface Finding {
  readonly rule: string;
  readonly about: string;
}

export interface Checkers {
  /** checkov on every stack: https://www.checkov.io */
  readonly checkStacks: (stacks: Stacks) => Finding[];
  /** cfn-lint on CloudFormation templates: https://github.com/aws-cloudformation/cfn-lint */
  readonly checkTemplates: (templates: readonly string[]) => Finding[];
  /** parliament on policies, each with the name that it is told by: https://github.com/duo-labs/parliament */
  readonly checkPolicies: (policies: readonly (readonly [name: string, policy: unknown])[]) => Finding[];
}

/** Installed at the first use, which takes about a minute; undefined where there is no Python, which in CI is an error. */
export async function installCheckers(): Promise<Checkers | undefined> {
  try {
    const bin = await installPythonEnvironment(ENVIRONMENT, join(import.meta.dirname, 'requirements.txt'));
    return {
      checkStacks: (stacks) => inFolder((folder) => checkov(bin, folder, stacks)),
      checkTemplates: (templates) => inFolder((folder) => cfnLint(bin, folder, templates)),
      checkPolicies: (policies) => parliament(bin, policies),
    };
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    process.stderr.write('Skipped: the tests that need checkov, cfn-lint and parliament\n');
    return undefined;
  }
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-check-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface CheckovReport {
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[];
  };
}

function checkov(bin: string, folder: string, stacks: Stacks): Finding[] {
  for (const [name, stack] of stacks) {
    mkdirSync(join(folder, name));
    // checkov cannot read a version of Terraform, and minds nothing of that block. It finds its way by lines, so one value a line.
    writeFileSync(join(folder, name, 'cdk.tf.json'), JSON.stringify({ ...stack, terraform: {} }, null, 2));
  }
  const options = [
    '-d',
    folder,
    '--framework',
    'terraform_json',
    '--skip-download',
    '--soft-fail',
    '-o',
    'json',
  ];
  const { stdout } = spawnSync(join(bin, 'checkov'), options, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { summary, results } = JSON.parse(stdout) as CheckovReport;
  if (summary.parsing_errors > 0 || summary.passed === 0)
    throw new Error(`checkov could not read the stacks: ${stdout}`);
  return results.failed_checks.map((failed) => ({
    rule: failed.check_id,
    about: failed.resource.split('.').at(-1) ?? '',
  }));
}

function cfnLint(bin: string, folder: string, templates: readonly string[]): Finding[] {
  const files = templates.map((template, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, template);
    return file;
  });
  const options = ['--format', 'json', '--', ...files];
  const { stdout } = spawnSync(join(bin, 'cfn-lint'), options, { encoding: 'utf8' });
  const findings = JSON.parse(stdout) as { Rule: { Id: string }; Message: string }[];
  return findings.map(({ Rule, Message }) => ({ rule: Rule.Id, about: Message }));
}

function parliament(bin: string, policies: readonly (readonly [string, unknown])[]): Finding[] {
  const program = join(import.meta.dirname, 'lint_policies.py');
  const stdout = execFileSync(join(bin, 'python'), [program], {
    input: JSON.stringify(policies),
    encoding: 'utf8',
  });
  const findings = JSON.parse(stdout) as { policy: string; issue: string; detail: { actions?: string[] } }[];
  return findings.map(({ policy, issue, detail }) => ({
    rule: issue,
    about: [policy, ...(detail.actions?.toSorted() ?? [])].join(' '),
  }));
}
