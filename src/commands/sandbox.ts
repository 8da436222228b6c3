import { writeFile } from 'node:fs/promises';

import { Option, type Command } from 'commander';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { PARTITIONS, type Partition } from '../../sandbox/organization/partition.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { integerOption, type JsonOptions } from './options.ts';
import type { Terminal } from './terminal.ts';

interface SandboxOptions extends JsonOptions {
  readonly accounts: number;
  readonly users: number;
  readonly crowd: number;
  readonly seed: number;
  readonly externalId?: string;
  readonly partition: Partition;
  readonly port: number;
  readonly latency: number;
  readonly throttle?: boolean;
  readonly troubles?: boolean;
  readonly writeConfig?: string;
}

export function addSandbox(program: Command, act: Act): void {
  program
    .command('sandbox')
    .summary('serve an AWS organization in memory, on this machine only')
    .description(
      'Serves an AWS organization in memory on 127.0.0.1, for any AWS client: STS, IAM, Organizations and what of S3 a ledger needs. Nothing leaves this machine.',
    )
    .option('--accounts <n>', 'member accounts', integerOption(1, 50_000), 40)
    .option('--users <n>', 'users per account, on average', integerOption(0, 5_000), 3)
    .option(
      '--crowd <n>',
      'members more in one group: above 1,000 it takes two pages',
      integerOption(0, 50_000),
      0,
    )
    .option('--seed <n>', 'another seed gives another organization', integerOption(0, 2 ** 31), 1)
    .option('--external-id <id>', 'asked for by the trust of the rotation roles')
    .addOption(new Option('--partition <partition>', 'of AWS').choices(PARTITIONS).default('aws'))
    .option('--port <n>', 'port on 127.0.0.1; 0 for any free one', integerOption(0, 65_535), 4599)
    .option('--latency <ms>', 'milliseconds that every answer takes', integerOption(0, 60_000), 0)
    .option('--throttle', 'throttle like AWS: the documented limits, and an assumed one of IAM')
    .option('--no-troubles', 'without accounts that refuse keysweep')
    .option('--json', 'print the variables as JSON')
    .option('--write-config <file>', 'write the accounts.json that fits the organization')
    .addHelpText(
      'after',
      `
Example:
  keysweep sandbox --write-config sandbox.json
  …then, in another terminal, with the variables that it prints:
  aws organizations list-accounts
  keysweep plan --config sandbox.json

An AWS CLI before 2.13 does not know AWS_ENDPOINT_URL: give it --endpoint-url, or it calls AWS itself.`,
    )
    .action(act(serve));
}

async function serve(options: SandboxOptions, terminal: Terminal): Promise<ExitCode> {
  const generate = () =>
    generateOrganization({
      accounts: options.accounts,
      usersPerAccount: options.users,
      crowd: options.crowd,
      partition: options.partition,
      ...(options.externalId !== undefined && { externalId: options.externalId }),
      seed: options.seed,
      troubles: options.troubles === false ? 'none' : 'some',
    });
  const { organization, config } = generate();
  if (options.writeConfig !== undefined)
    await writeFile(options.writeConfig, `${JSON.stringify(config, undefined, 2)}\n`);
  const sandbox = await startSandbox({
    organization,
    port: options.port,
    latency: { milliseconds: options.latency },
    recordCalls: false,
    ...(options.throttle && { throttles: 'documented' }),
  });
  const environment = sandbox.environment();
  terminal.print(options.json === true ? json<'sandbox'>({ environment }) : exports(environment));
  terminal.say(
    `Serving ${options.accounts + 1} accounts on ${sandbox.url}. Ctrl-C ends it, and nothing is kept.`,
  );
  await interruption();
  await sandbox.close();
  return 0;
}

/** To be pasted into another terminal, whose own profile and session would win over the rest. */
function exports(environment: Readonly<Record<string, string>>): string {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
  return ['unset AWS_PROFILE AWS_SESSION_TOKEN', ...variables].join('\n');
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
