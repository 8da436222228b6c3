import { writeFile } from 'node:fs/promises';

import { Option, type Command } from 'commander';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { PARTITIONS, type Partition } from '../../sandbox/organization/partition.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { ConfigInput } from '../config/schema.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import type { ExitCode } from './exit-code.ts';
import { integerOption } from './options.ts';
import type { Terminal } from './terminal.ts';

interface SandboxOptions {
  readonly json?: boolean;
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
    `Serving ${options.accounts + 1} accounts on ${sandbox.url}. Press Ctrl-C to stop; nothing is saved.`,
  );
  terminal.say(`The configuration that fits: ${options.writeConfig ?? fitting(config)}`);
  await interruption();
  await sandbox.close();
  return 0;
}

function fitting({ rotationRole, defaults }: ConfigInput): string {
  const groups = defaults.groups?.join(' ') ?? '';
  return `keysweep init --config sandbox.json --role ${rotationRole?.name ?? ''} --groups ${groups}`;
}

/** Unsets a profile and a session, which would take precedence. */
function exports(environment: Readonly<Record<string, string>>): string {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
  return ['unset AWS_PROFILE AWS_SESSION_TOKEN', ...variables].join('\n');
}

function interruption(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
