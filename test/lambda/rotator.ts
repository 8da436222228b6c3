import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { transform } from 'esbuild';
import { inject, it as base } from 'vitest';

import { BUNDLE_FILE } from '../../cdktf/lambda-zip.ts';
import { openClients, type Clients } from '../../src/aws/clients.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { openStore } from '../../src/ledger/open-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import type { Latency } from '../../sandbox/faults/latency.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import { ALLOW_ALL } from '../../sandbox/policy/document.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { startProgram, type Ended } from '../support/keysweep-process.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';
import { serveRuntimeApi, type Invoked } from './runtime-api.ts';

export const LOG_STREAM = '2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef';
const BUCKET = 'keysweep-ledger';
const LEDGER = `s3://${BUCKET}/organization`;
const ROTATOR_ROLE = 'keysweep-rotator';
const FIFTEEN_MINUTES = 15 * 60_000;

export interface RotatorSetting {
  /** Default: three healthy accounts. */
  readonly organization?: SandboxOrganization;
  /** Default: {@link EVERY_KEY}. */
  readonly config?: ConfigInput;
  readonly latency?: Latency;
  readonly environment?: Record<string, string>;
}

/** The bundle in a process like Lambda's, which uses a sandbox in this process as AWS. */
export interface Rotator {
  readonly sandbox: Sandbox;
  readonly environment: Readonly<Record<string, string>>;
  /** All invocations use the same process. Default: 15 minutes each. */
  readonly invoke: (event: unknown, remainingMilliseconds?: number) => Promise<Invoked>;
  readonly store: ObjectStore;
  readonly stored: (runId: string) => Promise<StoredRun>;
  /** Lets the process end, and returns what it logged. */
  readonly end: () => Promise<Ended>;
}

export type StartRotator = (setting?: RotatorSetting) => Promise<Rotator>;

/** `it` whose rotators are closed after the test. */
export const it = base.extend<{ start: StartRotator }>({
  // Vitest requires an object pattern as first parameter.
  start: async ({}, use) => {
    const closing: (() => unknown)[] = [];
    await use((setting = {}) => startRotator(setting, (close) => closing.unshift(close)));
    for (const close of closing) await close();
  },
});

/** @throws when the invocation failed */
export function summaryOf(invoked: Invoked): RunSummary {
  if ('error' in invoked) throw new Error(`${invoked.error.errorType}: ${invoked.error.errorMessage}`);
  return invoked.result as RunSummary;
}

export function errorOf(invoked: Invoked) {
  return 'error' in invoked ? invoked.error : undefined;
}

async function startRotator(
  { organization = organizationOf(3), config = EVERY_KEY, latency, environment: more }: RotatorSetting,
  afterwards: (close: () => unknown) => unknown,
): Promise<Rotator> {
  const sandbox = await startSandbox({ organization, ...(latency && { latency }) });
  afterwards(() => sandbox.close());
  organization.addBucket(BUCKET);
  const { url: endpoint, region, credentials } = sandbox;
  const administrator = openClients({ endpoint, region, credentials, sockets: 4 });
  afterwards(() => {
    administrator.close();
  });
  const api = await serveRuntimeApi();
  afterwards(() => {
    api.close();
  });
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-lambda-'));
  afterwards(() => rm(folder, { recursive: true }));
  await copyFile(inject('lambda'), join(folder, BUNDLE_FILE));
  await writeFile(join(folder, 'runtime.mjs'), await (runtime ??= buildRuntime()));
  await writeFile(join(folder, 'accounts.json'), JSON.stringify(config));

  const environment = {
    ...(await environmentOf(sandbox, administrator, folder)),
    AWS_LAMBDA_RUNTIME_API: api.address,
    ...more,
  };
  const { child, ended } = startProgram(process.execPath, [join(folder, 'runtime.mjs')], environment, folder);
  afterwards(() => child.kill('SIGKILL'));
  const store = openStore(LEDGER, administrator, undefined);
  return {
    sandbox,
    environment,
    store,
    stored: (runId) => foldRun(readRecords(store, runId)),
    invoke: (event, remainingMilliseconds = FIFTEEN_MINUTES) =>
      Promise.race([api.invoke(event, remainingMilliseconds), ended.then(reportDeath)]),
    end: () => {
      api.end();
      return ended;
    },
  };
}

function reportDeath({ code, stderr }: Ended): never {
  throw new Error(`the process of the Lambda ended with ${String(code)}: ${stderr}`);
}

/**
 * The variables that Lambda and the stack set, and the address of the sandbox.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
async function environmentOf(
  sandbox: Sandbox,
  administrator: Clients,
  taskRoot: string,
): Promise<Record<string, string>> {
  const session = await sessionOfRotator(sandbox, administrator);
  return {
    _HANDLER: 'lambda.handler',
    LAMBDA_TASK_ROOT: taskRoot,
    // Not the developer's home, which may contain profiles.
    HOME: taskRoot,
    TZ: ':UTC',
    AWS_REGION: sandbox.region,
    AWS_DEFAULT_REGION: sandbox.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: 'keysweep-rotator',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/keysweep-rotator',
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    AWS_ACCESS_KEY_ID: session?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: session?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: session?.SessionToken ?? '',
    KEYSWEEP_LEDGER: LEDGER,
    POWERTOOLS_SERVICE_NAME: 'keysweep',
    POWERTOOLS_METRICS_NAMESPACE: 'keysweep',
    AWS_ENDPOINT_URL: sandbox.url,
    // The SDK would warn about older versions of Node on stderr.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** Lambda assumes the role of the function; on the sandbox the administrator does. */
async function sessionOfRotator({ organization, calls }: Sandbox, { sts }: Clients) {
  const account = organization.managementAccount;
  organization.addRole({
    account,
    roleName: ROTATOR_ROLE,
    trust: {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: account.id }, Action: 'sts:AssumeRole' },
    },
    policies: { everything: ALLOW_ALL },
  });
  const RoleArn = `arn:${organization.partition}:iam::${account.id}:role/${ROTATOR_ROLE}`;
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'keysweep-rotator' }),
  );
  calls.reset();
  return Credentials;
}

let runtime: Promise<string> | undefined;

async function buildRuntime(): Promise<string> {
  const source = await readFile(join(import.meta.dirname, 'runtime.ts'), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20' });
  return code;
}
