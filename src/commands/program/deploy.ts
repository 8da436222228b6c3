import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { withConfig } from '../options.ts';

const ACTIONS = {
  synth: 'write the stacks of accounts.json, without AWS',
  deploy: 'deploy the Lambda, its schedule, the ledger and the roles',
  destroy: 'destroy what was deployed, except the ledger',
} as const;

export function addDeploy(program: Command, act: Act): void {
  for (const [name, summary] of Object.entries(ACTIONS) as [keyof typeof ACTIONS, string][]) {
    const command = withConfig(program.command(name).summary(summary))
      .description(
        `${summary.replace(/^./, (first) => first.toUpperCase())}. Needs the package keysweep-deploy.`,
      )
      .addHelpText('after', `\nExamples:\n  keysweep ${name}\n  keysweep ${name} --config accounts.json`)
      .action(act(async () => (await import('../deploy.ts'))[name]));
    if (name === 'synth') command.option('--modules <folder>', 'also write them as Terraform modules');
    if (name === 'deploy')
      command.option('--migrate-state', 'only move the state from files to the bucket of deployment.state');
    if (name === 'destroy') command.option('--with-ledger', 'destroy the ledger, too');
    if (name !== 'synth')
      command.argument('[words...]', 'names of stacks, by default all; after --, options of Terraform');
  }
}
