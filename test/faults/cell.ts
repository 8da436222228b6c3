import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import type { HttpRequest } from '@smithy/core/protocols';
import { StandardRetryStrategy } from '@smithy/core/retry';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { endOfError, EXIT_CODES, type ExitCode } from '../../src/commands/exit-code.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import type { SandboxBucket } from '../../sandbox/organization/bucket.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { ServiceName } from '../../sandbox/wire/service-name.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import { runSweep } from '../../src/sweep/run.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { inProcess } from '../properties/in-process.ts';
import { unsigned } from '../support/unsigned.ts';
import { insideBucket } from './bucket-store.ts';
import { SLOW_MILLISECONDS, type Harm } from './harms.ts';
import type { Site } from './site.ts';
import { BUCKET, configOf, PREFIX, RUN_ID } from './world.ts';

export interface Cell {
  readonly site: Site;
  readonly harm: Harm;
}

/** How a sweep is made. */
export interface Engine {
  /** Of the sweep that the harm is done to. */
  readonly runId: string;
  /** @param dependencies for each process of the sweep its own */
  readonly sweep: (runId: string | undefined, dependencies: () => RunDependencies) => Promise<RunSummary>;
}

export const ONE_PROCESS: Engine = {
  runId: RUN_ID,
  sweep: (runId, dependencies) => runSweep({ mode: 'sweep', filters: {}, runId }, dependencies()),
};

/** A key as it was before and is after the sweep; `gone` is a status too. */
export interface KeyChange {
  /** `account/user`. */
  readonly key: string;
  readonly accessKeyId: string;
  readonly before: string;
  readonly after: string;
}

/** What came of a sweep. */
export interface Outcome {
  /** How often the harm itself struck. */
  readonly struck: number;
  readonly exitCode: ExitCode;
  /** Set when the sweep ended with an error. */
  readonly error: unknown;
  readonly summary: RunSummary | undefined;
  /** As the bucket tells it; undefined when nothing of the run is there. */
  readonly stored: StoredRun | undefined;
  /** Every key of the organization. */
  readonly keys: readonly KeyChange[];
}

/** What was given up arrives and takes effect all the same: here, and not in the next cell. */
async function allArrived({ beyondDeadline }: Harm): Promise<void> {
  if (beyondDeadline) await sleep(SLOW_MILLISECONDS + 50);
  for (let turns = 0; turns < 5; turns += 1) await turn();
}

const SIX_MINUTES = 6 * 60_000;

/** Sweeps the sandbox, which was reset, with the cell's harm done to it. */
export async function sweepWith(
  sandbox: Sandbox,
  { site, harm }: Cell,
  { runId, sweep }: Engine = ONE_PROCESS,
): Promise<Outcome> {
  const before = statuses(sandbox);
  const deadlines: AbortController[] = [];
  let struck = 0;
  const onFired = (): void => {
    struck += 1;
    if (harm.beyondDeadline) deadlines.at(-1)?.abort();
  };
  const faults = harm.faults(site).map((fault) => ({ ...fault, onFired }));
  // What the sweep needs in order to come to the site is out of the way first.
  sandbox.faults.add(...site.after, ...faults);
  const failing = new Set([site, ...site.after, ...faults].map(({ service }) => service));
  const conditions = { failing, silent: harm.silent ?? false, deadlines };
  const end = await attempt(sandbox, conditions, (dependencies) => sweep(runId, dependencies));
  await allArrived(harm);
  const stored = await storedRun(insideBucket(bucketOf(sandbox)), runId);
  const after = statuses(sandbox);
  const keys = [...before].map(([accessKeyId, { key, status }]): KeyChange => ({
    key,
    accessKeyId,
    before: status,
    after: after.get(accessKeyId)?.status ?? 'gone',
  }));
  return { ...end, struck, stored, keys };
}

/**
 * Sweeps again when nothing is wrong any more and a lock that was left behind is over. @returns keys as
 * {@link sweepWith}
 */
export async function sweepAgain(sandbox: Sandbox): Promise<Pick<Outcome, 'exitCode' | 'error'>> {
  sandbox.faults.clear();
  sandbox.clock.advance(SIX_MINUTES);
  return attempt(sandbox, { failing: new Set<ServiceName>(), silent: false, deadlines: [] }, (dependencies) =>
    ONE_PROCESS.sweep(undefined, dependencies),
  );
}

interface Conditions {
  /**
   * The services to which calls fail. The ledger is reached by calls only where it is the ledger that fails.
   */
  readonly failing: ReadonlySet<ServiceName>;
  readonly silent: boolean;
  /** Gets what ends the time of each process. */
  readonly deadlines: AbortController[];
}

async function attempt(
  sandbox: Sandbox,
  conditions: Conditions,
  sweep: (dependencies: () => RunDependencies) => Promise<RunSummary>,
): Promise<Pick<Outcome, 'exitCode' | 'error' | 'summary'>> {
  const { failing, deadlines } = conditions;
  const clients = impatientClients(sandbox, conditions);
  const dependencies = (): RunDependencies => {
    const deadline = new AbortController();
    deadlines.push(deadline);
    return {
      config: configOf(sandbox.organization),
      clients,
      store: failing.has('s3')
        ? openBucket({ client: clients.s3, bucket: BUCKET, prefix: PREFIX })
        : insideBucket(bucketOf(sandbox)),
      deadline: deadlineOn(deadline.signal, deadline.signal),
      progress: () => undefined,
      now: () => sandbox.clock.now(),
      random: () => 'abc',
      host: 'test',
    };
  };
  try {
    const summary = await sweep(dependencies);
    return { exitCode: EXIT_CODES[summary.verdict], error: undefined, summary };
  } catch (error) {
    return { exitCode: endOfError(error).exitCode, error, summary: undefined };
  } finally {
    clients.close();
  }
}

/**
 * The same clients that a sweep has, with three attempts a call and no waiting between them. Calls to the
 * service that fails go over sockets; those to the others need none, for nothing happens to them.
 */
function impatientClients(sandbox: Sandbox, { failing, silent }: Conditions): Clients {
  const { url, region, credentials, reply } = sandbox;
  const clients = openClients({
    endpoint: url,
    region,
    credentials,
    sockets: 8,
    retries: {
      connectionMilliseconds: 10_000,
      responseMilliseconds: silent ? 1_000 : 10_000,
      attempts: { shared: 3, iam: 3 },
      strategy: (maxAttempts) =>
        new StandardRetryStrategy({
          maxAttempts,
          backoff: { computeNextBackoffDelay: () => 1, setDelayBase: () => undefined },
        }),
    },
  });
  const carry = <Client>(service: ServiceName, client: Client): Client => {
    const { config } = unsigned(client) as { config: { requestHandler: unknown } };
    if (!failing.has(service)) config.requestHandler = untilAborted(inProcess(reply));
    return client;
  };
  carry('sts', clients.sts);
  carry('organizations', clients.organizations);
  carry('s3', clients.s3);
  return {
    ...clients,
    iam: (session) => carry('iam', clients.iam(session)),
    tagging: (partition) => carry('tagging', clients.tagging(partition)),
  };
}

/** As the handler of sockets refuses calls when the time is over. */
function untilAborted({ handle }: ReturnType<typeof inProcess>) {
  return {
    handle: (request: HttpRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) =>
      abortSignal?.aborted
        ? Promise.reject(Object.assign(new Error('aborted'), { name: 'AbortError' }))
        : handle(request),
  };
}

function bucketOf({ organization }: Sandbox): SandboxBucket {
  const bucket = organization.buckets.get(BUCKET);
  if (!bucket) throw new Error('the sandbox has lost its bucket');
  return bucket;
}

async function storedRun(store: ObjectStore, runId: string): Promise<StoredRun | undefined> {
  const records = await store.list(`runs/${runId}/records/`);
  return records.length === 0 ? undefined : foldRun(readRecords(store, runId));
}

function statuses({ organization }: Sandbox): Map<string, { key: string; status: string }> {
  const keys = organization.accounts
    .list()
    .flatMap(({ id }) => organization.keysOf(id).map((key) => ({ id, key })));
  return new Map(
    keys.map(({ id, key: { accessKeyId, user, status } }) => [
      accessKeyId,
      { key: `${id}/${user.userName}`, status },
    ]),
  );
}
