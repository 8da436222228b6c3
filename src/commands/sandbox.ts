import { writeFile } from 'node:fs/promises';

import { generateOrganization } from '../../sandbox/generator/generate.ts';
import { type Partition } from '../../sandbox/organization/partition.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { ConfigInput } from '../config/schema.ts';
import { json } from '../report/json.ts';
import type { ExitCode } from './exit-code.ts';
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

export async function serve(options: SandboxOptions, terminal: Terminal): Promise<ExitCode> {
  const { organization, config } = generateOrganization({
    accounts: options.accounts,
    usersPerAccount: options.users,
    crowd: options.crowd,
    partition: options.partition,
    ...(options.externalId !== undefined && { externalId: options.externalId }),
    seed: options.seed,
    troubles: options.troubles === false ? 'none' : 'some',
  });
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
  const groups = defaults.groups.join(' ');
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
