import type { Clients } from '../../src/aws/clients.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { ServerState } from '../../sandbox/server/server-state.ts';
import type { RunDependencies } from '../../src/sweep/run-context.ts';
import { memoryStore } from '../support/memory-store.ts';
import type { Build } from './build-under-test.ts';
import { build, type Built } from './building.ts';
import { clientsInProcess, sandboxOf, type Passage } from './in-process.ts';
import type { Remembered } from './model-keys.ts';
import type { World } from './model.ts';
import { BEGINNING, type Facts } from './story.ts';

/** A run of a story sends some hundreds. */
const MOST_CALLS = 10_000;

/** The organization of a story in a sandbox, and keysweep beside it. */
export interface Stage {
  readonly build: Build;
  readonly facts: Facts;
  readonly built: Built;
  readonly server: ServerState;
  readonly objects: Map<string, string>;
  readonly store: ObjectStore;
  /** The ledger as another process opens it. */
  readonly openStore: () => ObjectStore;
  /** Of a run that nothing disturbs; or of one that is disturbed as told. */
  readonly dependencies: (disturbance?: Disturbance) => RunDependencies;
  /** A run from its records alone. */
  readonly read: (runId: string) => Promise<StoredRun>;
  /** What is there now, and what the ledger remembers. */
  readonly world: () => World;
}

export interface Disturbance {
  readonly passage?: Passage;
  readonly store?: ObjectStore;
}

export interface StagedLedger {
  readonly open: () => ObjectStore;
  /** What keysweep stored last, by key. */
  readonly objects: Map<string, string>;
}

function ledgerInMemory(): StagedLedger {
  const objects = new Map<string, string>();
  const store = memoryStore(objects);
  return { open: () => store, objects };
}

/** @param openLedger in memory, when left out */
export function stageOf(
  facts: Facts,
  keysweep: Build,
  openLedger: (server: ServerState, built: Built) => StagedLedger = ledgerInMemory,
): Stage {
  const { parseConfig, readRecords, foldRun, verifyResponses } = keysweep;
  const built = build(facts, BEGINNING);
  const server = sandboxOf(built.organization, facts.pages);
  const credentials = { accessKeyId: built.operator.accessKeyId, secretAccessKey: 'secret' };
  const config = parseConfig(JSON.stringify(built.config), 'accounts.json');
  const { open: openStore, objects } = openLedger(server, built);
  const store = openStore();
  const never = new AbortController().signal;
  let runs = 0;
  return {
    build: keysweep,
    facts,
    built,
    server,
    objects,
    store,
    openStore,
    dependencies: ({ passage, store: disturbed = openStore() } = {}) => ({
      config,
      clients: clientsInProcess(server, credentials, passage, verifyResponses, MOST_CALLS) satisfies Clients,
      store: disturbed,
      deadline: { reading: never, writing: never, hard: never },
      progress: () => undefined,
      now: () => built.organization.clock.now(),
      random: () => (runs += 1).toString(16).padStart(3, '0'),
      host: 'test',
    }),
    read: (runId) => foldRun(readRecords(store, runId)),
    world: () => ({ keys: currentKeys(built), memory: memoryNow(objects) }),
  };
}

export interface Ran {
  readonly summary: RunSummary;
  readonly run: StoredRun;
}

/** Every key that is there, in accounts that have left too. */
export function currentKeys({ accounts, keys }: Pick<Built, 'accounts' | 'keys'>): World['keys'] {
  const present = keys.filter(({ account, accessKeyId }) => accounts[account]!.keys.has(accessKeyId));
  return new Map(
    present.map(({ accessKeyId, account, user, key }) => [
      accessKeyId,
      { accessKeyId, account, user, status: key.status, createdAt: key.createdAt, usedAt: key.lastUsed?.at },
    ]),
  );
}

interface MemoryFile {
  readonly keys: Readonly<Record<string, { readonly inactiveSince?: string; readonly holdUntil?: string }>>;
}

/** As docs/deletion.md describes the files. */
function memoryNow(objects: ReadonlyMap<string, string>): Map<string, Remembered> {
  const files = [...objects].filter(([key]) => key.startsWith('accounts/'));
  return new Map(
    files.flatMap(([, body]) =>
      Object.entries((JSON.parse(body) as MemoryFile).keys).map(([id, { inactiveSince, holdUntil }]) => [
        id,
        { inactiveSince: time(inactiveSince), holdUntil: time(holdUntil) },
      ]),
    ),
  );
}

function time(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso);
}

/** The keys that are there, and how; when they were used is no business of a sweep. */
export function statuses({ keys }: World): Map<string, string> {
  return new Map([...keys.values()].map(({ accessKeyId, status }) => [accessKeyId, status]));
}

/** UpdateAccessKey, DeleteAccessKey and CreateAccessKey, carried out or not. */
export function isWriteCall({ call }: { readonly call: string }): boolean {
  return /AccessKey$/.test(call) && !/^(List|Get)/.test(call);
}
