import { checkClock, identifyCaller } from '../aws/caller.ts';
import { configSha256 } from '../config/hash.ts';
import { readWriter } from '../ledger/read-run.ts';
import type { RunLog } from '../ledger/run-log.ts';
import { takeRunLock } from '../ledger/run-lock.ts';
import { describeOrganization } from '../organization/describe.ts';
import { isFiltered, runStarted, type RunToBegin } from '../sweep/begin.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { accountsListed, endedBySurvey } from '../sweep/survey/survey-records.ts';
import { surveyOrganization } from '../sweep/survey/survey-organization.ts';
import { storeBatch, storeList, type RunFacts } from './batch-file.ts';
import { makeBatches, packTargets } from './make-batches.ts';
import type { StepDependencies } from './step-context.ts';
import { openStepLog } from './step-log.ts';
import { findSurvey, storeSurvey, type StoredSurvey } from './survey-file.ts';

export interface BatchRun extends Pick<RunToBegin, 'filters' | 'scheduledFor' | 'noticeFor'> {
  readonly runId: string;
  readonly mode: RunFacts['mode'];
  readonly startedAt: Date;
  readonly withheld: readonly string[];
  readonly batchSize: number;
}

const CONCURRENT_WRITES = 16;

/**
 * The first step: identifies the caller, takes the lock, lists the organization, and divides the targets into
 * batches. A retry continues where the first attempt stopped, with its results.
 * @throws like runSweep before it enters an account; the ledger's error
 */
export async function beginBatches(
  run: BatchRun,
  dependencies: StepDependencies,
): Promise<{ readonly batches: number }> {
  const { store, now, clients, deadline } = dependencies;
  const { runId } = run;
  const caller = await identifyCaller(clients.sts, deadline.reading);
  checkClock(caller, now());
  if (run.mode === 'sweep') await takeRunLock(store, { runId, now });
  const { records, stored } = await readWriter(store, runId);
  const log = openStepLog(runId, { stored }, dependencies);
  const step = { ...run, caller, log, isRetry: stored.objects > 0 };
  try {
    const survey = (await findSurvey(store, runId)) ?? (await surveyAndStore(step, dependencies));
    if (!records.some(({ type }) => type === 'accounts-listed'))
      await log.append([survey.listed, ...survey.ended]);
    const batches = makeBatches(survey);
    await mapLimited(batches, CONCURRENT_WRITES, (batch) => storeBatch(store, batch));
    await storeList(store, runId, 'plan', batches);
    return { batches: batches.length };
  } finally {
    // If AWS throttled the list until it failed, this count is the only record of it.
    await log.flush();
  }
}

interface FirstStep extends BatchRun {
  readonly caller: Awaited<ReturnType<typeof identifyCaller>>;
  readonly log: RunLog;
  /** Whether an earlier attempt has recorded the start of the run. */
  readonly isRetry: boolean;
}

async function surveyAndStore(step: FirstStep, dependencies: StepDependencies): Promise<StoredSurvey> {
  const { runId, mode, filters, startedAt, scheduledFor, noticeFor, caller, log } = step;
  const { store, config, clients, deadline } = dependencies;
  const organization = await describeOrganization(clients.organizations, deadline.reading);
  const context = { ...dependencies, ...{ runId, startedAt, noticeFor, organization, caller } };
  if (!step.isRetry) await log.append([await runStarted(step, context)]);
  const survey = await surveyOrganization(context, filters);
  const { accountId, arn, partition } = caller;
  return storeSurvey(store, {
    facts: {
      ...{ runId, mode, filtered: isFiltered(filters), organization, scheduledFor, noticeFor },
      withheld: step.withheld,
      startedAt: startedAt.toISOString(),
      configSha256: configSha256(config),
      caller: { accountId, arn, partition },
    },
    listed: accountsListed(survey, context),
    ended: endedBySurvey(survey, context),
    undecided: survey.undecided.length,
    warnings: survey.warnings,
    departed: survey.departed,
    batchSize: step.batchSize,
    ...packTargets(survey.targets),
  });
}
