import { Option, type Command } from 'commander';

import { PARTITIONS } from '../../../sandbox/organization/partition.ts';
import type { Act } from '../action.ts';
import { integerOption } from '../options.ts';

export function addSandbox(program: Command, act: Act): void {
  program
    .command('sandbox')
    .summary('serve an AWS organization in memory on this machine')
    .description(
      'Serves an AWS organization in memory on 127.0.0.1 for any AWS client: STS, IAM, Organizations, ' +
        'and the parts of S3 that a ledger needs. Nothing leaves this machine.',
    )
    .option('--accounts <n>', 'member accounts', integerOption(1, 50_000), 40)
    .option('--users <n>', 'users per account, on average', integerOption(0, 5_000), 3)
    .option(
      '--crowd <n>',
      'additional members of one group; more than 1,000 take two pages',
      integerOption(0, 50_000),
      0,
    )
    .option(
      '--seed <n>',
      'seed of the generator: another seed, another organization',
      integerOption(0, 2 ** 31),
      1,
    )
    .option('--external-id <id>', 'external ID that the rotation roles require')
    .addOption(new Option('--partition <partition>', 'AWS partition').choices(PARTITIONS).default('aws'))
    .option('--port <n>', 'port on 127.0.0.1; 0 for any free port', integerOption(0, 65_535), 4599)
    .option('--latency <ms>', 'delay of every response', integerOption(0, 60_000), 0)
    .option('--throttle', 'throttle like AWS: documented limits, and an assumed one for IAM')
    .option('--no-troubles', 'without accounts that deny keysweep')
    .option('--json', 'print the variables as JSON')
    .option('--write-config <file>', 'write an accounts.json for the organization')
    .addHelpText(
      'after',
      `
Example:
  keysweep sandbox --write-config sandbox.json
  Then, in another terminal, after pasting the printed variables:
  aws organizations list-accounts
  keysweep plan --config sandbox.json

An AWS CLI before 2.13 ignores AWS_ENDPOINT_URL: pass it --endpoint-url, or it calls AWS itself.`,
    )
    .action(act(async () => (await import('../sandbox.ts')).serve));
}
