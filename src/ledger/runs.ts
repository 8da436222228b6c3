import { isDeepStrictEqual } from 'node:util';

import pLimit from 'p-limit';

import { sha256 } from '../config/hash.ts';
import { openAudit, type AuditedRun } from './audit.ts';
import { openChain } from './chain.ts';
import { describeTampering, type ObjectStore } from './object-store.ts';
import { RunReferenceError, UnreadableLedgerError } from './errors.ts';
import { parseStored } from './parse-stored.ts';
import { OUTCOMES, type AccountOutcome } from './outcomes.ts';
import { readEnd, readGroups, readRecords, readStart } from './read-run.ts';
import {
  seesAllAccounts,
  summarySchema,
  wroteNothing,
  type GroupsSeen,
  type KeyInventory,
  type LedgerRecord,
  type RunStarted,
  type RunSummary,
} from './record.ts';
import { isRunId, newRunId, RUN_REFERENCE } from './run-id.ts';
import { runPrefix, RUNS, summaryKey } from './run-keys.ts';
import { foldRun, type StoredRun } from './stored-run.ts';

/** More than the clocks of two machines differ: docs/adr/0007-lock.md */
const MAX_AHEAD_MS = 15 * 60_000;

export const CONCURRENT_READS = 16;

/** IDs of all runs, newest first. Those later than now are ignored, and named as tampering. */
export async function listRunIds(store: ObjectStore): Promise<string[]> {
  const ids = (await store.listFolders(RUNS)).filter(isRunId).reverse();
  if (!store.now) return ids;
  const latest = newRunId(new Date(store.now().getTime() + MAX_AHEAD_MS), () => 'fff');
  for (const id of ids) if (id > latest) store.tampered?.set(runPrefix(id), 'added');
  return ids.filter((id) => id <= latest);
}

/** The run before another one, as its start names it. Lenient, because only `keysweep verify` needs it. */
export async function runBefore(
  store: ObjectStore,
  runId: string,
): Promise<NonNullable<RunStarted['previous']> | undefined> {
  for (const id of await listRunIds(store)) {
    if (id >= runId || !(await readStart(store, id).catch(() => undefined))) continue;
    const body = await store.get(summaryKey(id)).catch(() => undefined);
    return { runId: id, ...(body !== undefined && { summarySha256: sha256(body) }) };
  }
  return undefined;
}

/**
 * @param reference {@link RUN_REFERENCE}; interrupted runs and those of some accounts count
 * @returns the run ID
 * @throws RunReferenceError, which lists runs; UnreadableLedgerError
 */
export async function findRun(store: ObjectStore, reference: string): Promise<string> {
  const ids = await listRunIds(store);
  const found = await matchingIds(reference, ids, store);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (ids.length === 0)
    throw new RunReferenceError(
      `The ledger at ${store.location} has no runs. ` +
        'Run `keysweep plan`, or name another ledger with --ledger.',
    );
  throw new RunReferenceError(
    only === undefined
      ? `The ledger at ${store.location} has no run ${reference}. It has ${firstFive(ids)}.\n` +
          `Name ${RUN_REFERENCE}.`
      : `${reference === '' ? 'An empty ID' : reference} matches ${firstFive(found)}. Type more of the ID.`,
  );
}

/**
 * A run, added up again: if its records contradict each other or its summary, its summary says so and is not
 * ok.
 * @throws UnreadableLedgerError, the store's error
 */
export async function readRun(store: ObjectStore, runId: string): Promise<StoredRun> {
  const { records, result } = auditedRecords(store, runId);
  const run = await foldRun(records);
  return { ...run, summary: result().summary };
}

/** The same for what a list needs, which is read without keeping it. */
export async function auditRun(store: ObjectStore, runId: string): Promise<AuditedRun> {
  const { records, result } = auditedRecords(store, runId);
  while (!(await records.next()).done);
  return result();
}

function auditedRecords(store: ObjectStore, runId: string) {
  const chain = openChain(store, runId);
  const audit = openAudit(chain);
  async function* records(): AsyncGenerator<LedgerRecord> {
    for await (const record of readRecords(store, runId, chain)) {
      audit.add(record);
      yield record;
    }
  }
  return { records: records(), result: () => audit.result(describeTampering(store, runPrefix(runId))) };
}

/** @param reference {@link RUN_REFERENCE} @throws RunReferenceError, UnreadableLedgerError */
export async function readRunByReference(store: ObjectStore, reference: string): Promise<StoredRun> {
  return readRun(store, await findRun(store, reference));
}

/**
 * @returns the ID of the newest earlier run of the same mode, organization and part of it
 * @throws RunReferenceError if there is none
 */
export async function runOfSameKindBefore(store: ObjectStore, { started }: StoredRun): Promise<string> {
  const { runId, mode, organizationId, filters } = started;
  for (const id of await listRunIds(store)) {
    if (id >= runId) continue;
    const other = await readStart(store, id);
    if (other?.mode !== mode || other.organizationId !== organizationId) continue;
    if (isDeepStrictEqual(other.filters, filters)) return id;
  }
  throw new RunReferenceError(
    `The ledger at ${store.location} has no ${mode} before ${runId} to compare it with. Name two runs.`,
  );
}

async function matchingIds(
  reference: string,
  ids: readonly string[],
  store: ObjectStore,
): Promise<readonly string[]> {
  if (reference === 'last') return ids.slice(0, 1);
  const mode = /^last-(sweep|plan|undo|inventory)$/.exec(reference)?.[1];
  if (mode === undefined) return ids.filter((id) => id.startsWith(reference));
  for (const id of ids) if ((await readStart(store, id))?.mode === mode) return [id];
  return [];
}

function firstFive(ids: readonly string[]): string {
  const rest = ids.length - 5;
  return `${ids.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

export async function putSummary(store: ObjectStore, summary: RunSummary): Promise<void> {
  await store.put(summaryKey(summary.runId), `${JSON.stringify(summary, undefined, 2)}\n`);
}

/**
 * From the file, or from the records if it could not be stored.
 * @returns undefined for a run that was interrupted or has not ended
 * @throws UnreadableLedgerError, the store's error
 */
export async function getSummary(store: ObjectStore, runId: string): Promise<RunSummary | undefined> {
  const key = summaryKey(runId);
  const body = await store.get(key);
  return body === undefined ? readEnd(store, runId) : parseStored(summarySchema, body, key);
}

/** Undefined for runs without an end and unreadable ones. @throws the store's error */
export function readSummaries(
  store: ObjectStore,
  ids: readonly string[],
): Promise<(RunSummary | undefined)[]> {
  return pLimit(CONCURRENT_READS).map(ids, (id) => getSummary(store, id).catch(unlessUnreadable));
}

export function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableLedgerError)) throw error;
}

/** Where groups existed at a sweep. */
export interface LastGroups extends Pick<GroupsSeen, 'groups'> {
  readonly runId: string;
}

/** At the sweep that {@link earlierRuns} finds. @throws UnreadableLedgerError, the store's error */
export async function lastGroups(
  store: ObjectStore,
  organizationId: string,
): Promise<LastGroups | undefined> {
  const { last } = await earlierRuns(store, organizationId);
  return last && { runId: last.runId, groups: await readGroups(store, last.runId) };
}

/**
 * What the breaker compares a sweep with: the newest finished sweep of the whole organization. After one that
 * could not list it, ran out of time, or entered fewer than half of its targets, every sweep would look like
 * growth; after a cancelled one, no sweep would.
 * @returns its summary, and the exemptions that matched something in it or later
 * @throws UnreadableLedgerError also when a newer summary is damaged: an older one could let a sweep pass
 *   wrongly
 */
export async function earlierRuns(
  store: ObjectStore,
  organizationId: string,
): Promise<{ readonly last: RunSummary | undefined; readonly matchedExemptions: readonly string[] }> {
  const matched = new Set<string>();
  for (const id of await listRunIds(store)) {
    const summary = await getSummary(store, id);
    if (summary?.organizationId !== organizationId) continue;
    for (const exemption of summary.matchedExemptions ?? []) matched.add(exemption);
    if (isWholeSweep(summary)) return { last: summary, matchedExemptions: [...matched] };
  }
  return { last: undefined, matchedExemptions: [...matched] };
}

/** Each of them that could read the ledger carries the newest inventory on. */
const RUNS_WITH_INVENTORY = 10;

/** A sweep ends with this, and has only seconds left. */
const MOST_RUNS_READ = 500;

/** Of the whole organization. @throws UnreadableLedgerError, the store's error */
export async function lastInventory(
  store: ObjectStore,
  organizationId: string,
): Promise<Omit<KeyInventory, 'before'> | undefined> {
  let left = RUNS_WITH_INVENTORY;
  for (const id of (await listRunIds(store)).slice(0, MOST_RUNS_READ)) {
    const summary = await getSummary(store, id);
    if (summary?.organizationId !== organizationId || !seesAllAccounts(summary.mode)) continue;
    if (summary.mode === 'inventory' && summary.filtered) continue;
    if (summary.inventory) return withoutBefore(summary.inventory);
    left -= 1;
    if (left === 0) return undefined;
  }
  return undefined;
}

function withoutBefore({ before: _, ...inventory }: KeyInventory): Omit<KeyInventory, 'before'> {
  return inventory;
}

/**
 * Accounts that the last sweep listed, or knew to have left: what accounts.json still names of them is
 * not misspelled.
 * @throws UnreadableLedgerError
 */
export async function formerAccounts(store: ObjectStore, organizationId: string): Promise<Set<string>> {
  const { last } = await earlierRuns(store, organizationId);
  if (last === undefined) return new Set();
  for await (const record of readRecords(store, last.runId))
    if (record.type === 'accounts-listed')
      return new Set([...record.accounts.map(({ id }) => id), ...(last.departed ?? [])]);
  return new Set(last.departed);
}

function isWholeSweep({ mode, filtered, verdict, accountsListed, accounts }: RunSummary): boolean {
  const count = (outcomes: readonly AccountOutcome[]): number =>
    outcomes.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
  const mostRead = count(OUTCOMES.bad) <= count(['swept', 'nothing-due', 'planned']);
  const whole = accountsListed > 0 && accounts['not-reached'] === undefined && mostRead;
  return mode === 'sweep' && !filtered && !wroteNothing(verdict) && whole;
}
