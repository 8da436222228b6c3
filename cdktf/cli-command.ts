import { UsageError } from '../src/commands/errors.ts';
import type { DeploymentSource } from './load-deployment.ts';
import { stackNames } from './stack-names.ts';

export type Action = 'deploy' | 'destroy';

/** @throws UsageError */
export function parseAction(name: string | undefined): Action {
  if (name === 'deploy' || name === 'destroy') return name;
  throw new UsageError(`Run npm run deploy or npm run destroy. Found: ${name ?? 'neither'}`);
}

/** Destroys the ledger too; an option of `npm run destroy`, not of the cdktf CLI. */
const WITH_LEDGER = '--with-ledger';

/**
 * The command that deploys or destroys. The CLI requires the names of the stacks when there are several.
 * @param options the arguments after `--`: names of stacks (default: all), then options of the CLI
 * @param nodeVersion such as `22.4.0`
 * @throws UsageError when a stack does not exist
 */
export function cliCommand(
  action: Action,
  source: DeploymentSource,
  options: readonly string[],
  nodeVersion: string,
): readonly [program: string, ...args: string[]] {
  const { ledger, others } = stackNames(source);
  const [named, passedOn] = splitOptions(options, [ledger, ...others]);
  const all = action === 'deploy' || options.includes(WITH_LEDGER) ? [ledger, ...others] : others;
  return [
    'npx',
    '--yes',
    cliFor(nodeVersion),
    action,
    ...(named.length > 0 ? named : all),
    // Every stack of `direct` starts up to ten providers.
    ...(source.lock === undefined ? [] : ['--parallelism', '1']),
    ...passedOn.filter((option) => option !== WITH_LEDGER),
  ];
}

/** Names of stacks come before the first option: after it, a word may be its value. */
function splitOptions(
  options: readonly string[],
  stacks: readonly string[],
): readonly [named: readonly string[], passedOn: readonly string[]] {
  const first = options.findIndex((option) => option.startsWith('-'));
  const end = first === -1 ? options.length : first;
  const named = options.slice(0, end);
  const unknown = named.find((name) => !stacks.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Stack ${unknown} does not exist. The stacks are ${stacks.join(', ')}.`);
  return [named, options.slice(end)];
}

/**
 * cdktn-cli, the maintained fork, needs Node 22; cdktf-cli does not install on Node 24. Both run this app.
 */
function cliFor(nodeVersion: string): string {
  return Number(nodeVersion.split('.')[0]) >= 22 ? 'cdktn-cli@0.24.0' : 'cdktf-cli@0.21.0';
}
