import { isDeepStrictEqual } from 'node:util';
import type { OrganizationAccount } from '../organization/account.ts';
import type { Chain } from './chain.ts';
import { isOk } from './outcomes.ts';
import type { AccountFinished, KeyOutcome, LedgerRecord, RunStarted, RunSummary } from './record.ts';
import { NO_OBJECTS } from './run-log.ts';
import { checkCoverage, countWrites, totals } from './totals.ts';

/** What the records of a run say, added up again. */
export interface AuditedRun {
  readonly started: RunStarted | undefined;
  /** With the problems, and then not ok. Undefined if the run has not ended. */
  readonly summary: RunSummary | undefined;
  /** As recorded. */
  readonly recorded: RunSummary | undefined;
  readonly problems: readonly string[];
  /** SHA-256 of each memory that the run stored, by account ID. */
  readonly memories: ReadonlyMap<string, readonly string[]>;
  /** IDs of the accounts that have ended. */
  readonly finished: ReadonlySet<string>;
}

/** Takes the records of one run, in the order in which they are read. */
export interface Audit {
  add(record: LedgerRecord): void;
  /** @param tampered what of its objects was tampered with */
  result(tampered: readonly string[]): AuditedRun;
}

export function openAudit(chain: Chain): Audit {
  const listed: OrganizationAccount[] = [];
  const finished = new Map<string, AccountFinished>();
  const planned = new Set<string>();
  const writes = new Map<string, Map<string, KeyOutcome>>();
  const memories = new Map<string, string[]>();
  const contradictions: string[] = [];
  let started: RunStarted | undefined;
  let summary: RunSummary | undefined;
  const addOfAccount = (record: Extract<LedgerRecord, { accountId: string }>): void => {
    const { accountId } = record;
    const outcomes = writes.get(accountId) ?? new Map<string, KeyOutcome>();
    if (record.type === 'account-planned' || record.type === 'account-inventoried') planned.add(accountId);
    if (record.type === 'memory-saved')
      memories.set(accountId, [...(memories.get(accountId) ?? []), record.sha256]);
    if (record.type === 'writes-intended')
      for (const { accessKeyId } of record.writes) outcomes.set(accessKeyId, 'unconfirmed');
    if (record.type === 'writes-done')
      for (const { accessKeyId, outcome } of record.results) outcomes.set(accessKeyId, outcome);
    if (outcomes.size > 0 && finished.has(accountId))
      contradictions.push(`Account ${accountId} has writes after its end.`);
    writes.set(accountId, outcomes);
    if (record.type !== 'account-finished') return;
    finished.set(accountId, record);
    if (!isDeepStrictEqual({ ...record.keys, ...countWrites(outcomes.values()) }, record.keys))
      contradictions.push(`Account ${accountId} has other writes than were counted.`);
    writes.delete(accountId);
  };
  return {
    add: (record) => {
      if (record.type === 'run-started') started = record;
      else if (record.type === 'run-finished') summary = record.summary;
      else if (record.type === 'accounts-listed') listed.push(...record.accounts);
      else if ('accountId' in record) addOfAccount(record);
    },
    result: (tampered) => {
      const ended = summary ? contradictionsOf(summary, listed, [...finished.values()], chain) : [];
      const unplanned = [...finished.values()]
        .filter(({ accountId, keys }) => keys.seen > 0 && !planned.has(accountId) && summary?.mode !== 'undo')
        .map(({ accountId }) => `Account ${accountId} has an end, and no plan.`);
      const problems = [...chain.problems, ...contradictions, ...unplanned, ...ended];
      return {
        ...{ started, problems, memories, recorded: summary },
        summary: summary && withProblems(summary, [...tampered, ...problems]),
        finished: new Set(finished.keys()),
      };
    },
  };
}

function contradictionsOf(
  { mode, accountsListed, accounts, keys, verdict, writers = {} }: RunSummary,
  listed: readonly OrganizationAccount[],
  finished: readonly AccountFinished[],
  chain: Chain,
): string[] {
  const sums = { accountsListed: listed.length, ...totals(finished) };
  const isSum = isDeepStrictEqual({ accountsListed, accounts, keys }, sums);
  const isOkWrongly = verdict === 'ok' && finished.some(({ outcome }) => !isOk(outcome));
  return [
    ...(isSum && !isOkWrongly ? [] : ['The summary is not that of the records.']),
    ...checkCoverage(listed, finished, mode).map(
      ({ accountId, problem }) => `The records do not add up: account ${accountId} ${problem}.`,
    ),
    ...Object.entries(writers).flatMap(([writer, { objects, sha256 }]) => {
      const found = chain.writers.get(writer)?.[objects - 1] ?? NO_OBJECTS;
      return found.sha256 === sha256 ? [] : [`Records of the writer ${writer} were changed or removed.`];
    }),
  ];
}

function withProblems(summary: RunSummary, problems: readonly string[]): RunSummary {
  if (problems.length === 0) return summary;
  const verdict = summary.verdict === 'ok' ? 'incomplete' : summary.verdict;
  return { ...summary, verdict, problems: [...summary.problems, ...problems] };
}
