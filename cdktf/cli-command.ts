import type { DeploymentSource } from './load-deployment.ts';
import { stackNames } from './stack-names.ts';

export type Action = 'deploy' | 'destroy';

/** Destroys the ledger too; only `npm run destroy` knows it, and the CLI never sees it. */
const WITH_LEDGER = '--with-ledger';

/**
 * The command that deploys or destroys: the CLI must be told every stack by name when there are several.
 *
 * @param options what stands behind `--` on the command line; passed on
 * @param nodeVersion such as `22.4.0`
 */
export function cliCommand(
  action: Action,
  source: DeploymentSource,
  options: readonly string[],
  nodeVersion: string,
): readonly [program: string, ...args: string[]] {
  const { ledger, others } = stackNames(source);
  const stacks = action === 'deploy' || options.includes(WITH_LEDGER) ? [ledger, ...others] : others;
  return [
    'npx',
    '--yes',
    cliFor(nodeVersion),
    action,
    ...stacks,
    // Every stack of `direct` starts up to ten providers.
    ...(source.lock === undefined ? [] : ['--parallelism', '1']),
    ...options.filter((option) => option !== WITH_LEDGER),
  ];
}

/** cdktn-cli, the maintained one, needs Node 22; cdktf-cli cannot be installed from Node 24 on. Each drives apps of both. */
function cliFor(nodeVersion: string): string {
  return Number(nodeVersion.split('.')[0]) >= 22 ? 'cdktn-cli@0.24.0' : 'cdktf-cli@0.21.0';
}
