import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonEnvironment, type PythonEnvironment } from '../../emulators/python.ts';
import type { StackJson, Stacks } from '../synthesised.ts';

/** A violated rule, and of what. */
export interface Finding {
  readonly rule: string;
  readonly about: string;
}

/** One run per checker, because they start slowly. */
export interface Checkers {
  /** checkov on every stack of some groups: https://www.checkov.io */
  readonly checkStacks: <Group extends string>(
    groups: Readonly<Record<Group, Stacks>>,
  ) => Promise<Record<Group, Finding[]>>;
  /**
   * cfn-lint on CloudFormation templates, the findings of each:
   * https://github.com/aws-cloudformation/cfn-lint
   */
  readonly checkTemplates: (templates: readonly string[]) => Promise<Finding[][]>;
  /** parliament on policies, by name: https://github.com/duo-labs/parliament */
  readonly checkPolicies: (
    policies: readonly (readonly [name: string, policy: unknown])[],
  ) => Promise<Finding[]>;
}

/** Undefined without Python, which is an error in CI. */
export async function installCheckers(): Promise<Checkers | undefined> {
  const python = await pythonEnvironment('checkers');
  return (
    python && {
      checkStacks: (groups) => inFolder((folder) => checkov(python, folder, groups)),
      checkTemplates: (templates) => inFolder((folder) => cfnLint(python, folder, templates)),
      checkPolicies: (policies) => parliament(python, policies),
    }
  );
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'keysweep-check-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Check {
  readonly check_id: string;
  readonly resource: string;
  /** Below the folder that was checked, such as `/group/stack/cdk.tf.json`. */
  readonly file_path: string;
}

interface CheckovReport {
  readonly summary: { readonly parsing_errors: number };
  readonly results: { readonly passed_checks: readonly Check[]; readonly failed_checks: readonly Check[] };
}

/** The output of a program; with findings it ends with a nonzero code. */
async function outputOf(program: string, args: readonly string[], input = ''): Promise<string> {
  const running = promisify(execFile)(program, args, { maxBuffer: 2 ** 27 });
  running.child.stdin?.end(input);
  const { stdout } = await running.catch((error: unknown) => error as { readonly stdout: string });
  return stdout;
}

async function checkov<Group extends string>(
  python: PythonEnvironment,
  folder: string,
  groups: Readonly<Record<Group, Stacks>>,
): Promise<Record<Group, Finding[]>> {
  const names = Object.keys(groups) as Group[];
  for (const group of names)
    for (const [name, stack] of groups[group]) write(join(folder, group, name), stack);
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
  const stdout = await outputOf(python.bin('checkov'), options);
  const { summary, results } = JSON.parse(stdout) as CheckovReport;
  const of = (group: Group, checks: readonly Check[]): readonly Check[] =>
    checks.filter(({ file_path: path }) => path.startsWith(`/${group}/`));
  if (summary.parsing_errors > 0 || names.some((group) => of(group, results.passed_checks).length === 0))
    throw new Error(`checkov could not read the stacks: ${stdout}`);
  const findings = names.map((group) => [group, of(group, results.failed_checks).map(findingOf)]);
  return Object.fromEntries(findings) as Record<Group, Finding[]>;
}

/**
 * Removes the Terraform version, which checkov cannot read, and puts each value on its own line.
 */
function write(folder: string, stack: StackJson): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ ...stack, terraform: {} }, null, 2));
}

function findingOf({ check_id: rule, resource }: Check): Finding {
  return { rule, about: resource.split('.').at(-1) ?? '' };
}

async function cfnLint(
  python: PythonEnvironment,
  folder: string,
  templates: readonly string[],
): Promise<Finding[][]> {
  const files = templates.map((template, index) => {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, template);
    return file;
  });
  const stdout = await outputOf(python.bin('cfn-lint'), ['--format', 'json', '--', ...files]);
  const findings = JSON.parse(stdout) as { Filename: string; Rule: { Id: string }; Message: string }[];
  return files.map((file) =>
    findings
      .filter(({ Filename }) => Filename === file)
      .map(({ Rule, Message }) => ({ rule: Rule.Id, about: Message })),
  );
}

async function parliament(
  python: PythonEnvironment,
  policies: readonly (readonly [string, unknown])[],
): Promise<Finding[]> {
  const program = join(import.meta.dirname, 'lint_policies.py');
  const stdout = await outputOf(python.bin('python'), [program], JSON.stringify(policies));
  const findings = JSON.parse(stdout) as { policy: string; issue: string; detail: { actions?: string[] } }[];
  return findings.map(({ policy, issue, detail }) => ({
    rule: issue,
    about: [policy, ...(detail.actions?.toSorted() ?? [])].join(' '),
  }));
}
