import { readWriter } from '../ledger/read-run.ts';
import type { LimitsChecked, RunSummary } from '../ledger/record.ts';
import { openRunLog, type RunLog } from '../ledger/run-log.ts';
import { releaseRunLock } from '../ledger/run-lock.ts';
import { putSummary } from '../ledger/runs.ts';
import { concludeRun, NOTHING_LISTED, type EndingContext } from '../sweep/conclude.ts';
import { findingsOf } from '../sweep/problems.ts';
import type { RunFacts } from './batch-file.ts';
import { RunNotStartedError } from './errors.ts';
import { targetsOf } from './make-batches.ts';
import { mayWrite, notPlanned, sizeOf } from './check-limits-step.ts';
import { storeListing } from './listing.ts';
import { judged, type Progress } from './batch-progress.ts';
import { settleBatches, type EndOfRest } from './settle-batches.ts';
import type { StepDependencies } from './step-context.ts';
import { NOTHING_SENT, addCounts } from './step-log.ts';
import { lastSurvey, type StoredSurvey } from './survey-file.ts';

/** The last step writes its records under this name. */
const WRITER = 'end';

/**
 * The last step: gives every account that has none its outcome, adds everything up, stores the summary and ends the lock. It is
 * there for a run that failed, too. Tried again, it goes on where it stopped.
 * @param problems what went wrong with the run as a whole, in words
 * @throws RunNotStartedError, UnreadableLedgerError; the ledger's error
 */
export async function concludeBatches(
  runId: string,
  problems: readonly string[],
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const { store, now } = dependencies;
  const { records, stored } = await readWriter(store, runId, WRITER);
  const earlier = records.find((record) => record.type === 'run-finished');
  const log = openRunLog(store, runId, { writer: WRITER, stored });
  const summary = earlier?.summary ?? (await conclude(runId, problems, log, dependencies));
  // An earlier attempt may not have come to this.
  if (earlier) await putSummary(store, summary);
  await releaseRunLock(store, { runId, now });
  return summary;
}

async function conclude(
  runId: string,
  problems: readonly string[],
  log: RunLog,
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const survey = await lastSurvey(dependencies.store, runId);
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
  const plans = judged(targetsOf(survey), progress);
  const found = findingsOf({ mode, filtered }, sizeOf(survey), plans, progress.limits?.exceeded ?? []);
  return concludeRun(
    {
      ...{ mode, filtered },
      listed: survey.listed.accounts,
      finished: [...progress.accounts.values()].flatMap(({ finished }) => finished ?? []),
      exceeded: found.exceeded,
      problems: [...problems, ...found.problems],
      warnings: [...survey.warnings, ...found.warnings],
      requests: addCounts(progress.sent, dependencies.clients.requests.sinceLast()),
    },
    endingContext(survey.facts, log, dependencies),
  );
}

/** After this nobody writes to the run any more, and every target has its outcome. */
async function settleRun(
  survey: StoredSurvey,
  problems: readonly string[],
  dependencies: StepDependencies,
): Promise<Progress> {
  const progress = await settleBatches('plan', survey, notPlanned, dependencies);
  const end = endOfRest(survey.facts, progress.limits, problems);
  return settleBatches('apply', survey, end, dependencies, progress);
}

/** How accounts end whose plan was not carried out: nobody came to ask the limits, one of them says so, or its batch was lost. */
function endOfRest(
  facts: RunFacts,
  limits: LimitsChecked | undefined,
  problems: readonly string[],
): (number: number) => EndOfRest {
  if (!limits) {
    const reason = `the limits were not checked: ${problems.at(-1) ?? 'that step did not come to an end'}`;
    return () => ({ reason });
  }
  return mayWrite(facts, limits.exceeded) ? notCarriedOut : () => 'as planned';
}

function notCarriedOut(number: number): EndOfRest {
  return { reason: `batch ${number} was not carried out: no attempt at it came to an end` };
}

async function concludeUnsurveyed(
  runId: string,
  problems: readonly string[],
  log: RunLog,
  dependencies: StepDependencies,
): Promise<RunSummary> {
  const { records } = await readWriter(dependencies.store, runId);
  const started = records.find((record) => record.type === 'run-started');
  if (!started) {
    await releaseRunLock(dependencies.store, { runId, now: dependencies.now });
    throw new RunNotStartedError(`Run ${runId} did not start: ${problems.join('; ')}`);
  }
  const { mode, filters, organizationId: id, managementAccountId, scheduledFor, noticeFor } = started;
  const facts = { runId, startedAt: started.at, organization: { id, managementAccountId } };
  const told = records.filter((record) => record.type === 'requests-sent').reduce(addCounts, NOTHING_SENT);
  return concludeRun(
    {
      ...NOTHING_LISTED,
      mode,
      filtered: filters !== undefined,
      problems: problems.length > 0 ? problems : ['the organization was not listed'],
      requests: addCounts(told, dependencies.clients.requests.sinceLast()),
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
