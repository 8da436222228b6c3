import { endsOf, FIRST_WRITER } from '../ledger/chain.ts';
import { readWriter } from '../ledger/read-run.ts';
import type { LimitsChecked, RunSummary } from '../ledger/record.ts';
import { END_WRITER } from '../ledger/run-keys.ts';
import { openRunLog, type RunLog } from '../ledger/run-log.ts';
import { HELD_MINUTES, releaseRunLock } from '../ledger/run-lock.ts';
import {
  concludeRun,
  NOTHING_LISTED,
  releaseAfter,
  storeSummary,
  type EndingContext,
} from '../sweep/conclude.ts';
import { compareGroups } from '../sweep/plan/compare-groups.ts';
import { findingsOf } from '../sweep/problems.ts';
import type { RunFacts } from './batch-file.ts';
import { RunNotStartedError } from './errors.ts';
import { targetsOf } from './make-batches.ts';
import { mayWrite, notPlanned, sizeOf } from './check-limits-step.ts';
import { storeListing } from './listing.ts';
import { plansAndFailures, type Progress } from './batch-progress.ts';
import { settleBatches, type Ending } from './settle-batches.ts';
import type { StepDependencies } from './step-context.ts';
import { NO_REQUESTS, addCounts } from './step-log.ts';
import { closeSurvey, type StoredSurvey } from './survey-file.ts';

/**
 * The last step, also of a failed run: gives every account an outcome, stores the summary and releases the
 * lock.
 * @param problems of the run as a whole
 * @throws RunNotStartedError, UnreadableLedgerError; the ledger's error
 */
export async function concludeBatches(
  runId: string,
  problems: readonly string[],
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const { store, now } = dependencies;
  const { records, stored } = await readWriter(store, runId, END_WRITER);
  const earlier = records.find((record) => record.type === 'run-finished');
  const log = openRunLog(store, runId, { writer: END_WRITER, stored });
  // The earlier attempt may have failed before it stored the file.
  const summary = await (earlier
    ? storeSummary(earlier.summary, store)
    : conclude(runId, problems, log, dependencies));
  return releaseAfter(summary, () => releaseRunLock(store, { runId, now }), HELD_MINUTES);
}

async function conclude(
  runId: string,
  problems: readonly string[],
  log: RunLog,
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const survey = await closeSurvey(dependencies.store, runId);
  if (!survey) return concludeUnsurveyed(runId, problems, log, dependencies);
  await storeListing(survey, dependencies);
  return concludeSurveyed(survey, problems, log, dependencies);
}

async function concludeSurveyed(
  survey: StoredSurvey,
  problems: readonly string[],
  log: RunLog,
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const progress = await settleRun(survey, problems, dependencies);
  const { mode, filtered } = survey.facts;
  const plans = plansAndFailures(targetsOf(survey), progress);
  const context = { ...dependencies, organization: survey.facts.organization };
  const groups = await compareGroups(plans, filtered, context);
  const found = findingsOf(mode, sizeOf(survey), plans, progress.limits, groups);
  return concludeRun(
    {
      ...{ mode, filtered },
      listed: survey.listed.accounts,
      departed: survey.departed,
      groups: groups.seen,
      finished: [...progress.accounts.values()].flatMap(({ finished }) => finished ?? []),
      limits: progress.limits,
      ...found,
      problems: [...problems, ...progress.tampered, ...found.problems],
      warnings: [...survey.warnings, ...found.warnings],
      requests: addCounts(progress.sent, dependencies.clients.requests.sinceLast()),
      writers: endsOf(progress.chain),
    },
    endingContext(survey.facts, log, dependencies),
  );
}

/** Afterwards every target has its outcome, and no process can write to the run. */
async function settleRun(
  survey: StoredSurvey,
  problems: readonly string[],
  dependencies: StepDependencies,
): Promise<Progress> {
  const progress = await settleBatches('plan', survey, notPlanned, dependencies);
  const ending = endingOf(survey.facts, progress.limits, problems);
  return settleBatches('apply', survey, ending, dependencies, progress);
}

/** Why a plan was not applied: the limits were not checked or are exceeded, or its batch failed. */
function endingOf(
  facts: RunFacts,
  limits: LimitsChecked | undefined,
  problems: readonly string[],
): (number: number) => Ending {
  if (!limits) {
    const reason = `the limits were not checked: ${problems.at(-1) ?? 'that step did not finish'}`;
    return () => ({ reason });
  }
  return mayWrite(facts, limits) ? notApplied : () => 'as planned';
}

function notApplied(number: number): Ending {
  return { reason: `batch ${number} was not applied: no attempt finished` };
}

async function concludeUnsurveyed(
  runId: string,
  problems: readonly string[],
  log: RunLog,
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const { records, stored } = await readWriter(dependencies.store, runId);
  const started = records.find((record) => record.type === 'run-started');
  if (!started) {
    await releaseRunLock(dependencies.store, { runId, now: dependencies.now });
    throw new RunNotStartedError(`Run ${runId} did not start: ${problems.join('; ')}`);
  }
  const { mode, filters, organizationId: id, managementAccountId, scheduledFor, noticeFor } = started;
  const facts = { runId, startedAt: started.at, organization: { id, managementAccountId } };
  const sent = records.filter((record) => record.type === 'requests-sent').reduce(addCounts, NO_REQUESTS);
  return concludeRun(
    {
      ...NOTHING_LISTED,
      mode,
      filtered: filters !== undefined,
      problems: problems.length > 0 ? problems : ['the organization was not listed'],
      requests: addCounts(sent, dependencies.clients.requests.sinceLast()),
      writers: { [FIRST_WRITER]: stored },
    },
    endingContext({ ...facts, scheduledFor, noticeFor }, log, dependencies),
  );
}

function endingContext(
  facts: Pick<RunFacts, 'runId' | 'startedAt' | 'organization' | 'scheduledFor' | 'noticeFor'>,
  log: RunLog,
  { clients, store, now }: StepDependencies,
): EndingContext {
  return { ...facts, startedAt: new Date(facts.startedAt), clients, store, now, log };
}
