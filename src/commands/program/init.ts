import type { Command } from 'commander';

import type { Act } from '../action.ts';
import { integerOption, withConfig, withConnection } from '../options.ts';

const MOST_DAYS = 3650;

export function addInit(program: Command, act: Act): void {
  const command = program
    .command('init')
    .summary('write a first accounts.json')
    .description(
      'Asks three questions, shows the IAM groups that it can see in the organization, and writes ' +
        'commented accounts.json that arms no account. It needs no AWS credentials; with them it shows ' +
        'groups.',
    )
    .option('--role <name>', 'the role to assume in every account')
    .option('--groups <name...>', 'the IAM groups whose members are swept')
    .option('--max-key-age-days <days>', 'the age at which a key is due', integerOption(0, MOST_DAYS));
  withConnection(withConfig(command))
    .addHelpText(
      'after',
      `
Examples:
  keysweep init
  keysweep init --groups Developers Administrators --role OrganizationAccountAccessRole`,
    )
    .action(act(async () => (await import('../init.ts')).init));
}
