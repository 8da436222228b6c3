import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import type { HttpRequest } from '@smithy/core/protocols';
import { StandardRetryStrategy } from '@smithy/core/retry';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { endOfError, EXIT_CODES, type ExitCode } from '../../src/commands/exit-code.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import { readRecords } from '../../src/ledger/read-run.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { openBucket } from '../../src/ledger/s3-store.ts';
import { openSigning } from '../../src/ledger/signing.ts';
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
import type { Change } from './changes.ts';
import { SLOW_MILLISECONDS, type Harm } from './harm.ts';
import { isSigned } from './signatures.ts';
import type { Site } from './site.ts';
import { BUCKET, configOf, LEDGER_KEY, PREFIX, RUN_ID } from './world.ts';

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
  /** Why the bucket cannot be read, if it cannot. */
  readonly unreadable: string | undefined;
  /** Objects that nobody will believe. */
  readonly unsigned: readonly string[];
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
  const faults = harm.faults(site).map((fault, index, { length }) => {
    const onFired = (): void => {
      struck += 1;
      if (harm.beyondDeadline) deadlines.at(-1)?.abort();
      if (index === length - 1) changeMeanwhile(sandbox, harm.change?.(site), before);
    };
    return { ...fault, onFired };
  });
  // What the sweep needs in order to come to the site is out of the way first.
  sandbox.faults.add(...site.after, ...faults);
  const failing = failingServices([site, ...site.after, ...faults]);
  const conditions = {
    failing,
    sockets: !harm.isAnswer && !harm.silent,
    deadlines,
  };
  const end = await attempt(sandbox, conditions, (dependencies) => sweep(runId, dependencies));
  await allArrived(harm);
  const read = await storedRun(insideBucket(bucketOf(sandbox)), runId);
  const after = statuses(sandbox);
  const keys = [...before].map(([accessKeyId, { key, status }]): KeyChange => ({
    key,
    accessKeyId,
    before: status,
    after: after.get(accessKeyId)?.status ?? 'gone',
  }));
  const unsigned = failing.has('s3') ? unsignedObjects(sandbox) : [];
  return { ...end, struck, ...read, unsigned, keys };
}

/**
 * Sweeps again when nothing is wrong any more and a lock that was left behind is over. @returns keys as
 * {@link sweepWith}
 */
export async function sweepAgain(sandbox: Sandbox): Promise<Pick<Outcome, 'exitCode' | 'error'>> {
  sandbox.faults.clear();
  sandbox.clock.advance(SIX_MINUTES);
  const calm = { failing: new Set<ServiceName>(), sockets: false, deadlines: [] };
  return attempt(sandbox, calm, (dependencies) => ONE_PROCESS.sweep(undefined, dependencies));
}

/** Makes the change, if there is one; what it does to keys is none of the sweep's doing. */
function changeMeanwhile(sandbox: Sandbox, change: Change | undefined, before: Map<string, KeyState>): void {
  if (!change) return;
  const then = statuses(sandbox);
  change.make(sandbox.organization);
  for (const [accessKeyId, now] of statuses(sandbox))
    if (now.status !== then.get(accessKeyId)?.status) before.set(accessKeyId, now);
}

interface Conditions {
  /**
   * The services to which calls fail. The ledger is reached by calls only where it is the ledger that fails.
   */
  readonly failing: ReadonlySet<ServiceName>;
  readonly sockets: boolean;
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
      store: failing.has('s3') ? ledgerOf(sandbox, clients) : insideBucket(bucketOf(sandbox)),
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

/** The ledger needs both of its services: on the same way, so that its calls keep their order. */
function failingServices(at: readonly { readonly service: ServiceName }[]): ReadonlySet<ServiceName> {
  const services = new Set(at.map(({ service }) => service));
  return services.has('kms') || services.has('s3') ? services.add('kms').add('s3') : services;
}

/** As a deployed one. */
function ledgerOf({ organization, clock, region }: Sandbox, clients: Clients): ObjectStore {
  const signing = openSigning({
    kms: clients.kms(region),
    keyId: LEDGER_KEY,
    organizationId: organization.id,
    now: () => clock.now(),
  });
  return openBucket({ client: clients.s3, bucket: BUCKET, prefix: PREFIX, signing });
}

/**
 * The same clients that a sweep has, with three attempts a call and no waiting between them. Calls to the
 * service that fails go over sockets, where that matters; nothing happens to those to the others.
 */
function impatientClients(sandbox: Sandbox, { failing, sockets }: Conditions): Clients {
  const { url, region, credentials, reply } = sandbox;
  const clients = openClients({
    endpoint: url,
    region,
    credentials,
    sockets: 8,
    retries: {
      connectionMilliseconds: 10_000,
      responseMilliseconds: 10_000,
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
    if (!sockets || !failing.has(service)) config.requestHandler = untilAborted(inProcess(reply));
    return client;
  };
  carry('sts', clients.sts);
  carry('organizations', clients.organizations);
  carry('s3', clients.s3);
  return {
    ...clients,
    iam: (session) => carry('iam', clients.iam(session)),
    kms: (region) => carry('kms', clients.kms(region)),
    tagging: () => carry('tagging', clients.tagging()),
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

async function storedRun(store: ObjectStore, runId: string): Promise<Pick<Outcome, 'stored' | 'unreadable'>> {
  const records = await store.list(`runs/${runId}/records/`);
  const nothing = { stored: undefined, unreadable: undefined };
  if (records.length === 0) return nothing;
  return foldRun(readRecords(store, runId)).then(
    (stored) => ({ ...nothing, stored }),
    (error: unknown) => ({ ...nothing, unreadable: String(error) }),
  );
}

function unsignedObjects(sandbox: Sandbox): string[] {
  const objects = bucketOf(sandbox).objects.list();
  const named = objects.map((object) => [object.key.slice(PREFIX.length + 1), object] as const);
  return named.filter(([key, object]) => !isSigned(sandbox.organization, key, object)).map(([key]) => key);
}

interface KeyState {
  readonly key: string;
  readonly status: string;
}

function statuses({ organization }: Sandbox): Map<string, KeyState> {
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
