import { UsageError } from '../src/commands/errors.ts';
import type { DeploymentSource } from './load-deployment.ts';
import { stackNames } from './stack-names.ts';

export type Action = 'deploy' | 'destroy';

/** @throws UsageError when it is neither: what is meant is not to be guessed */
export function actionNamed(name: string | undefined): Action {
  if (name === 'deploy' || name === 'destroy') return name;
  throw new UsageError(`Run npm run deploy or npm run destroy. Found: ${name ?? 'neither'}`);
}

/** Destroys the ledger too; only `npm run destroy` knows it, and the CLI never sees it. */
const WITH_LEDGER = '--with-ledger';

/**
 * The command that deploys or destroys: the CLI must be told every stack by name when there are several.
 *
 * @param options what stands behind `--` on the command line: the stacks, if it is not for all of them, and options, which are passed on
 * @param nodeVersion such as `22.4.0`
 * @throws UsageError when a stack is named that there is not
 */
export function cliCommand(
  action: Action,
  source: DeploymentSource,
  options: readonly string[],
  nodeVersion: string,
): readonly [program: string, ...args: string[]] {
  const { ledger, others } = stackNames(source);
  const [named, passedOn] = divided(options, [ledger, ...others]);
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

/** Stacks stand before the first option: behind one, a word may be its value. */
function divided(
  options: readonly string[],
  stacks: readonly string[],
): readonly [named: readonly string[], passedOn: readonly string[]] {
  const first = options.findIndex((option) => option.startsWith('-'));
  const end = first === -1 ? options.length : first;
  const named = options.slice(0, end);
  const unknown = named.find((name) => !stacks.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no stack ${unknown}. The stacks are ${stacks.join(', ')}.`);
  return [named, options.slice(end)];
}

/** cdktn-cli, the maintained one, needs Node 22; cdktf-cli cannot be installed from Node 24 on. Each drives apps of both. */
function cliFor(nodeVersion: string): string {
  return Number(nodeVersion.split('.')[0]) >= 22 ? 'cdktn-cli@0.24.0' : 'cdktf-cli@0.21.0';
}
