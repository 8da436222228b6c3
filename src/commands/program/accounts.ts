import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withConfig, withConnection, withFilters, withJson } from '../options.ts';

export function addAccounts(program: Command, act: Act): void {
  const command = program
    .command('accounts')
    .summary('list every account: a target, or why it is excluded')
    .description('Lists every account of the organization: a target, armed or not, or why it is excluded.')
    .option('--lock <file>', 'write the targets to a file, for deployment.memberRoles: "direct"')
    .option('--prune', 'with --lock: drop accounts whose removal has been deployed');
  withFilters(withConnection(withConfig(withJson(command))))
    .addHelpText(
      'after',
      `
Examples:
  keysweep accounts
  keysweep accounts --ou Workloads/Prod --json
  keysweep accounts --lock accounts.lock.json`,
    )
    .action(act(async () => (await import('../accounts.ts')).accounts));
}
