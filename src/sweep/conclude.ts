import type { RequestCounts } from '../aws/request-counter.ts';
import { given } from '../config/given.ts';
import { messageOf } from '../config/errors.ts';
import { isOk } from '../ledger/outcomes.ts';
import {
  seesAllAccounts,
  type AccountFinished,
  type GroupsSeen,
  type KeyInventory,
  type LimitsChecked,
  type RunMode,
  type RunSummary,
  type RunVerdict,
} from '../ledger/record.ts';
import { describeTampering, type ObjectStore } from '../ledger/object-store.ts';
import { FIRST_WRITER } from '../ledger/chain.ts';
import { lastInventory, putSummary } from '../ledger/runs.ts';
import { checkCoverage, totals } from '../ledger/totals.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { ExceededLimit } from '../rules/breaker.ts';
import type { RunContext } from './run-context.ts';

export interface RunEnd {
  readonly mode: RunMode;
  readonly undoOf?: string | undefined;
  readonly filtered: boolean;
  readonly declined?: boolean;
  readonly listed: readonly OrganizationAccount[];
  readonly finished: readonly AccountFinished[];
  /** Accounts that the configuration names and that have left. */
  readonly departed?: readonly string[] | undefined;
  /** Undefined: not checked. */
  readonly limits?: LimitsChecked | undefined;
  readonly exceeded: readonly ExceededLimit[];
  /** Of an inventory. */
  readonly inventory?: KeyInventory | undefined;
  /** Of a sweep of the whole organization. */
  readonly groups?: GroupsSeen['groups'] | undefined;
  /** Number of keys. */
  readonly escaped?: number | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Of a run with several processes; this process's when left out. */
  readonly requests?: RequestCounts;
  /** Of a run with several processes; this process's when left out. */
  readonly writers?: RunSummary['writers'];
}

/** For a run that cannot list the organization. */
export const NOTHING_LISTED = { listed: [], finished: [], exceeded: [], warnings: [] } as const;

export type EndingContext = Pick<RunContext, 'runId' | 'startedAt' | 'scheduledFor' | 'noticeFor'> &
  Pick<RunContext, 'organization' | 'clients' | 'store' | 'log' | 'now' | 'otherLedger'>;

/**
 * Adds everything up, checks that every listed account has exactly one outcome, which fits its keys, and
 * stores the summary: as a record, then as a file.
 * @throws the ledger's error, unless the record is stored
 */
export async function concludeRun(end: RunEnd, context: EndingContext): Promise<RunSummary> {
  // What was appended before is durable, and the summary has its end.
  await context.log.append([]);
  const summary = summarize({ ...end, inventory: await inventoryFor(end, context) }, context);
  const { finishedAt: at, mode, filtered } = summary;
  const groups = mode === 'sweep' && !filtered ? (end.groups ?? []) : [];
  await context.log.append([
    ...(groups.length > 0 ? [{ type: 'groups-seen', at, groups } as const] : []),
    { type: 'run-finished', at, summary },
  ]);
  return storeSummary(summary, context.store);
}

/** For tools and people; keysweep reads the record if there is no file. Never rejects. */
export function storeSummary(summary: RunSummary, store: ObjectStore): Promise<RunSummary> {
  return warnIfFails(summary, () => putSummary(store, summary), {
    what: `The file summary.json of run ${summary.runId} could not be stored`,
    consequence: 'The run has ended, and keysweep reads its records instead.',
  });
}

/** @param minutes after which a lock expires that was not renewed. Never rejects. */
export function releaseAfter(
  summary: RunSummary,
  release: () => Promise<void>,
  minutes: number,
): Promise<RunSummary> {
  return warnIfFails(summary, release, {
    what: 'The lock of the ledger could not be released',
    consequence: `The run has ended. The lock expires after ${minutes} minutes; until then no run can write.`,
  });
}

/** What fails after the end was recorded is one more warning: the run is what its records say. */
async function warnIfFails(
  summary: RunSummary,
  act: () => Promise<void>,
  { what, consequence }: { readonly what: string; readonly consequence: string },
): Promise<RunSummary> {
  try {
    await act();
    return summary;
  } catch (error) {
    const warning = `${what}: ${messageOf(error)}. ${consequence}`;
    return { ...summary, warnings: [...summary.warnings, warning] };
  }
}

/** The run's own, or for its report the newest. A ledger that cannot be read has none. */
async function inventoryFor(
  { mode, filtered, inventory }: RunEnd,
  { store, organization }: EndingContext,
): Promise<KeyInventory | undefined> {
  if (!seesAllAccounts(mode) || (inventory && filtered)) return inventory;
  const before = await lastInventory(store, organization.id).catch(() => undefined);
  return inventory && before ? { ...inventory, before } : (inventory ?? before);
}

function summarize(end: RunEnd, context: EndingContext): RunSummary {
  const { runId, organization, startedAt, scheduledFor, noticeFor, now } = context;
  const { limits, inventory } = end;
  const gaps = checkCoverage(end.listed, end.finished, end.mode).map(
    ({ accountId, problem }) =>
      `The ledger does not add up: account ${accountId} ${problem}. Report this as a defect of keysweep.`,
  );
  const problems = [...new Set([...end.problems, ...gaps, ...describeTampering(context.store)])];
  return {
    runId,
    mode: end.mode,
    ...given({ undoOf: end.undoOf }),
    organizationId: organization.id,
    startedAt: startedAt.toISOString(),
    finishedAt: now().toISOString(),
    verdict: verdictOf(end, problems),
    filtered: end.filtered,
    accountsListed: end.listed.length,
    ...totals(end.finished),
    limitsExceeded: end.exceeded,
    problems,
    warnings: [...end.warnings, ...(context.otherLedger === true ? [OTHER_LEDGER] : [])],
    ...given({ scheduledFor, noticeFor }),
    ...(end.departed?.length && { departed: end.departed }),
    ...(end.escaped && { escaped: end.escaped }),
    ...given({ matchedExemptions: limits?.matchedExemptions, inventory, dueKeys: limits?.dueKeys }),
    ...(end.requests ?? context.clients.requests.total()),
    writers: end.writers ?? { [FIRST_WRITER]: context.log.end() },
  };
}

const OTHER_LEDGER =
  'This run did not use the deployed ledger: it knew none of the holds there, ' +
  'and sweeps with that ledger do not know this run.';

function verdictOf({ exceeded, declined, finished }: RunEnd, problems: readonly string[]): RunVerdict {
  if (exceeded.length > 0) return 'stopped';
  if (declined === true) return 'cancelled';
  return problems.length === 0 && finished.every(({ outcome }) => isOk(outcome)) ? 'ok' : 'incomplete';
}
