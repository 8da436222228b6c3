import { checkClock, identifyCaller } from '../aws/caller.ts';
import { configSha256 } from '../config/hash.ts';
import { readWriter } from '../ledger/read-run.ts';
import type { RunLog } from '../ledger/run-log.ts';
import { takeRunLock } from '../ledger/run-lock.ts';
import { describeOrganization } from '../organization/describe.ts';
import type { Filters } from '../targets/filters.ts';
import { isFiltered, runStarted } from '../sweep/begin.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { accountsListed, endedBySurvey } from '../sweep/survey/survey-records.ts';
import { surveyOrganization } from '../sweep/survey/survey-organization.ts';
import { storeBatch, storeList, type RunFacts } from './batch-file.ts';
import { makeBatches, packTargets } from './make-batches.ts';
import type { StepDependencies } from './step-context.ts';
import { openStepLog } from './step-log.ts';
import { findSurvey, storeSurvey, type StoredSurvey } from './survey-file.ts';

export interface BatchRun {
  readonly runId: string;
  readonly mode: RunFacts['mode'];
  readonly filters: Filters;
  readonly startedAt: Date;
  readonly scheduledFor?: string | undefined;
  readonly noticeFor?: string | undefined;
  readonly withheld: readonly string[];
  /** Accounts in a batch. */
  readonly batchSize: number;
}

/** Batches stored at a time. */
const WIDTH = 16;

/**
 * The first step: finds out who and where keysweep is, takes the lock, lists the organization, and divides the targets into
 * batches. Tried again, it goes on where it stopped, and what it found the first time counts.
 * @returns how many batches there are
 * @throws as runSweep does before it enters an account; the ledger's error
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
  const begun = { ...run, caller, log, isRecorded: stored > 0 };
  try {
    const survey = (await findSurvey(store, runId)) ?? (await surveyAndStore(begun, dependencies));
    if (!records.some(({ type }) => type === 'accounts-listed'))
      await log.append([survey.listed, ...survey.ended]);
    const batches = makeBatches(survey);
    await mapLimited(batches, WIDTH, (batch) => storeBatch(store, batch));
    await storeList(store, runId, 'plan', batches);
    return { batches: batches.length };
  } finally {
    // A list that AWS throttled until it was given up is what the operator looks for, and it has no records.
    await log.tellRest();
  }
}

interface Begun extends BatchRun {
  readonly caller: Awaited<ReturnType<typeof identifyCaller>>;
  readonly log: RunLog;
  /** Whether an earlier attempt has stored the record with which the run begins. */
  readonly isRecorded: boolean;
}

async function surveyAndStore(begun: Begun, dependencies: StepDependencies): Promise<StoredSurvey> {
  const { runId, mode, filters, startedAt, scheduledFor, noticeFor, caller, log } = begun;
  const { store, config, clients, deadline } = dependencies;
  const organization = await describeOrganization(clients.organizations, deadline.reading);
  const context = { ...dependencies, ...{ runId, startedAt, noticeFor, organization, caller } };
  if (!begun.isRecorded) await log.append([runStarted(begun, context)]);
  const survey = await surveyOrganization(context, filters);
  const { accountId, arn, partition } = caller;
  return storeSurvey(store, {
    facts: {
      ...{ runId, mode, filtered: isFiltered(filters), organization, scheduledFor, noticeFor },
      withheld: begun.withheld,
      startedAt: startedAt.toISOString(),
      configSha256: configSha256(config),
      caller: { accountId, arn, partition },
      tagsFromIndex: survey.tagsFromIndex,
    },
    listed: accountsListed(survey, context),
    ended: endedBySurvey(survey, context),
    undecided: survey.undecided.length,
    warnings: survey.warnings,
    batchSize: begun.batchSize,
    ...packTargets(survey.targets),
  });
}
