import type { ObjectStore } from './object-store.ts';
import { RunReferenceError } from './errors.ts';
import { parseStored } from './parse-stored.ts';
import { OUTCOMES, type AccountOutcome } from './outcomes.ts';
import { readRecords, readStart } from './read-run.ts';
import { summarySchema, type RunSummary } from './record.ts';
import { isRunId } from './run-id.ts';
import { RUNS, summaryKey } from './run-keys.ts';
import { foldRun, type StoredRun } from './stored-run.ts';

/** Ids of all runs, newest first, interrupted ones too. */
export async function listRunIds(store: ObjectStore): Promise<string[]> {
  return (await store.listFolders(RUNS)).filter(isRunId).reverse();
}

/** What {@link findRun} takes, for the help of the commands that take it. */
export const RUN_REFERENCE = 'a run id, the beginning of one, last, last-sweep, last-plan or last-undo';

/**
 * The id of the run that is meant.
 * @param reference an id, the beginning of just one id, `last`, or the last of one mode, such as `last-sweep`; interrupted
 *   runs and those of some accounts count
 * @throws RunReferenceError, which names what there is; UnreadableLedgerError
 */
export async function findRun(store: ObjectStore, reference: string): Promise<string> {
  const ids = await listRunIds(store);
  const found = await meantBy(reference, ids, store);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (ids.length === 0)
    throw new RunReferenceError(
      `The ledger at ${store.location} holds no runs. Run keysweep plan, or name another ledger with --ledger.`,
    );
  throw new RunReferenceError(
    only === undefined
      ? `The ledger at ${store.location} has no run ${reference}. It has ${some(ids)}.\nName ${RUN_REFERENCE}.`
      : `${reference === '' ? 'An empty id' : reference} matches ${some(found)}. Type more of the id.`,
  );
}

/** A run as the ledger holds it. @throws UnreadableLedgerError, the store's error */
export function readRun(store: ObjectStore, runId: string): Promise<StoredRun> {
  return foldRun(readRecords(store, runId));
}

/** The run that is meant, as {@link findRun} finds it. @throws RunReferenceError, UnreadableLedgerError */
export async function readRunByReference(store: ObjectStore, reference: string): Promise<StoredRun> {
  return readRun(store, await findRun(store, reference));
}

async function meantBy(
  reference: string,
  ids: readonly string[],
  store: ObjectStore,
): Promise<readonly string[]> {
  if (reference === 'last') return ids.slice(0, 1);
  const mode = /^last-(sweep|plan|undo)$/.exec(reference)?.[1];
  if (mode === undefined) return ids.filter((id) => id.startsWith(reference));
  for (const id of ids) if ((await readStart(store, id))?.mode === mode) return [id];
  return [];
}

function some(ids: readonly string[]): string {
  const rest = ids.length - 5;
  return `${ids.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Stores a summary beside the records of its run, once these are durable. */
export async function putSummary(store: ObjectStore, summary: RunSummary): Promise<void> {
  await store.put(summaryKey(summary.runId), `${JSON.stringify(summary, undefined, 2)}\n`);
}

/** The summary of a run; undefined when the run was interrupted or is under way. @throws UnreadableLedgerError */
export async function getSummary(store: ObjectStore, runId: string): Promise<RunSummary | undefined> {
  const key = summaryKey(runId);
  const body = await store.get(key);
  return body === undefined ? undefined : parseStored(summarySchema, body, key);
}

/**
 * What the breaker compares a sweep with: the newest finished sweep that saw the whole of this organization. One that could not
 * list it, ran out of time, or got into fewer than half of its targets counts few keys, and every sweep after it would look
 * like growth; after one that somebody declined, what was too much for them would look like none.
 * @throws UnreadableLedgerError when a summary on the way there cannot be read: a comparison with an older run could pass wrongly
 */
export async function lastSweepSummary(
  store: ObjectStore,
  organizationId: string,
): Promise<RunSummary | undefined> {
  for (const id of await listRunIds(store)) {
    const summary = await getSummary(store, id);
    if (summary?.organizationId === organizationId && isWholeSweep(summary)) return summary;
  }
  return undefined;
}

function isWholeSweep({ mode, filtered, verdict, declined, accountsListed, accounts }: RunSummary): boolean {
  const count = (outcomes: readonly AccountOutcome[]): number =>
    outcomes.reduce((sum, outcome) => sum + (accounts[outcome] ?? 0), 0);
  const mostRead = count(OUTCOMES.bad) <= count(['swept', 'nothing-due', 'planned']);
  const whole = accountsListed > 0 && accounts['not-reached'] === undefined && mostRead;
  return mode === 'sweep' && !filtered && verdict !== 'stopped' && declined !== true && whole;
}
