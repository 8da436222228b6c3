import { isDeepStrictEqual } from 'node:util';
import pLimit from 'p-limit';
import { sha256 } from '../config/hash.ts';
import type { Config } from '../config/schema.ts';
import type { AuditedRun } from './audit.ts';
import { listLeakedKeys } from './deny-list.ts';
import { UnreadableLedgerError } from './errors.ts';
import { memoryKey } from './memory.ts';
import { TAMPERINGS, type ObjectStore, type Tampering } from './object-store.ts';
import { parseStored } from './parse-stored.ts';
import { readStart } from './read-run.ts';
import { summarySchema, type RunStarted } from './record.ts';
import { runIdTime } from './run-id.ts';
import { recordsPrefix, runPrefix, SITE_KEY, summaryKey, WATCH_KEY } from './run-keys.ts';
import { auditRun, listRunIds } from './runs.ts';

/** A part of the ledger that is not what keysweep stored, or not all of it. */
export interface LedgerProblem {
  /** The key of an object, or the folder of a run. */
  readonly object: string;
  readonly problem: Tampering;
  readonly detail: string;
}

export interface Verification {
  readonly runs: number;
  readonly problems: readonly LedgerProblem[];
}

export interface VerifyOptions {
  /** Omitted: all. */
  readonly runIds?: readonly string[] | undefined;
  /** Runs from before may have expired. */
  readonly expiredBefore: Date;
}

const CONCURRENT_RUNS = 4;
const DAY = 24 * 60 * 60 * 1000;

/** A bucket that was not deployed, and a folder, keep everything. */
export function expiredBefore(config: Config | undefined, now: Date): Date {
  const days = config?.deployment?.ledger.retentionDays;
  return new Date(days === undefined ? 0 : now.getTime() - days * DAY);
}

/**
 * Reads runs, and all that decides later, to find what was changed, added, removed or rolled back: by the
 * signatures of a bucket, the hashes of the records, and the sums of each run.
 * @throws the store's error
 */
export async function verifyLedger(
  store: ObjectStore,
  { runIds, expiredBefore }: VerifyOptions,
): Promise<Verification> {
  const ids = await listRunIds(store);
  const chosen = runIds ?? ids;
  const runs = await pLimit(CONCURRENT_RUNS).map(chosen, (id) => checkRun(store, id, expiredBefore));
  const problems = runs.flatMap((run) => [...run.problems, ...otherOrganization(run, runs)]);
  // A run between two of them may have stored a newer memory.
  const newest = runs.filter((_, index) => ids[index] === chosen[index]);
  problems.push(...(await checkMemories(store, newest)));
  await readAll(store, ['locks/', SITE_KEY, ...chosen.map(runPrefix)]);
  for (const key of await listLeakedKeys(store)) await store.get(key);
  // No list has it when it was removed.
  await store.get(WATCH_KEY);
  const tampered = [...(store.tampered ?? [])].map(([object, problem]) => ({
    ...{ object, problem, detail: TAMPERINGS[problem] },
  }));
  return { runs: chosen.length, problems: [...tampered, ...problems] };
}

interface CheckedRun {
  readonly audited: AuditedRun | undefined;
  /** Whether the run and the one before it can be read. */
  readonly isComplete: boolean;
  readonly problems: readonly LedgerProblem[];
}

async function checkRun(store: ObjectStore, runId: string, expiredBefore: Date): Promise<CheckedRun> {
  const object = runPrefix(runId);
  try {
    const hasRecords = (await store.list(recordsPrefix(runId))).length > 0;
    const audited = hasRecords ? await auditRun(store, runId) : undefined;
    if (audited && !audited.started) throw new UnreadableLedgerError('its start is missing');
    const changed = audited?.problems.map((detail) => ({ object, problem: 'changed', detail }) as const);
    const before = await checkBefore(store, audited?.started, expiredBefore);
    const problems = [...(changed ?? []), ...(await checkSummary(store, runId, audited)), ...before];
    return { audited, problems, isComplete: before.length === 0 };
  } catch (error) {
    if (!(error instanceof UnreadableLedgerError)) throw error;
    const problem = error.message.includes('is missing') ? 'removed' : 'changed';
    const problems = [{ object, problem, detail: error.message } as const];
    return { audited: undefined, problems, isComplete: false };
  }
}

async function checkSummary(
  store: ObjectStore,
  runId: string,
  audited: AuditedRun | undefined,
): Promise<LedgerProblem[]> {
  const object = summaryKey(runId);
  const body = await store.get(object);
  if (isDeepStrictEqual(body && parseStored(summarySchema, body, object), audited?.recorded)) return [];
  if (!audited?.recorded)
    return [
      { object: runPrefix(runId), problem: 'removed', detail: 'has a summary, but no record of its end' },
    ];
  const problem = body === undefined ? 'removed' : 'changed';
  return [{ object, problem, detail: 'is not the summary that the records have' }];
}

/** The run that a run found before it. */
async function checkBefore(
  store: ObjectStore,
  started: RunStarted | undefined,
  expiredBefore: Date,
): Promise<LedgerProblem[]> {
  const { previous, runId: byRun } = started ?? {};
  if (!previous || runIdTime(previous.runId) < expiredBefore) return [];
  const { runId, summarySha256 } = previous;
  if (!(await readStart(store, runId)))
    return [{ object: runPrefix(runId), problem: 'removed', detail: `was there before run ${byRun}` }];
  const object = summaryKey(runId);
  const body = summarySha256 === undefined ? undefined : await store.get(object);
  if (summarySha256 === (body && sha256(body))) return [];
  const problem = body === undefined ? 'removed' : 'changed';
  return [{ object, problem, detail: `is not the summary that run ${byRun} found` }];
}

/** A folder may have been copied from elsewhere: the organization of most runs counts. */
function otherOrganization({ audited }: CheckedRun, runs: readonly CheckedRun[]): LedgerProblem[] {
  const { runId, organizationId } = audited?.started ?? {};
  const others = runs.filter((run) => run.audited?.started?.organizationId !== organizationId);
  if (runId === undefined || others.length * 2 <= runs.length) return [];
  const detail = `is of organization ${organizationId}, unlike the other runs`;
  return [{ object: runPrefix(runId), problem: 'added', detail }];
}

/**
 * Each memory must be the last one that a run recorded; of an interrupted account, it may be an earlier one.
 * @param runs newest first
 */
async function checkMemories(store: ObjectStore, runs: readonly CheckedRun[]): Promise<LedgerProblem[]> {
  const recorded = new Map<string, Recorded>();
  for (const { audited, isComplete } of runs.toReversed()) {
    // What the unreadable run stored is unknown.
    if (!isComplete) recorded.clear();
    for (const [accountId, hashes] of audited?.memories ?? []) {
      const all = [...(recorded.get(accountId)?.all ?? [NONE]), ...hashes];
      const valid = audited?.finished.has(accountId) ? all.slice(-1) : all;
      recorded.set(accountId, { byRun: audited?.started?.runId ?? '', all, valid });
    }
  }
  await readAll(store, ['accounts/']);
  const problems: LedgerProblem[] = [];
  for (const [accountId, { byRun, all, valid }] of recorded) {
    const object = memoryKey(accountId);
    const body = await store.get(object);
    const hash = body === undefined ? NONE : sha256(body);
    if (valid.includes(hash)) continue;
    const problem = hash === NONE ? 'removed' : all.includes(hash) ? 'rolled-back' : 'changed';
    problems.push({ object, problem, detail: `is not what run ${byRun} stored` });
  }
  return problems;
}

/** Hashes of the memories of an account, in their order. */
interface Recorded {
  readonly byRun: string;
  readonly all: readonly string[];
  readonly valid: readonly string[];
}

/** In place of a hash: no memory. */
const NONE = '';

/** The store notes what does not verify. Results of Step Functions are not keysweep's. */
async function readAll(store: ObjectStore, prefixes: readonly string[]): Promise<void> {
  for (const prefix of prefixes)
    for (const key of await store.list(prefix)) if (!key.includes('/map-runs/')) await store.get(key);
}
