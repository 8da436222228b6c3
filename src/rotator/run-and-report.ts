import { startExecution, type RunRequest, type StartedExecution } from './start-execution.ts';
import type { RunNotStartedError } from '../batches/errors.ts';
import { runIdOf, type Step } from '../batches/step.ts';
import type { RunSummary } from '../ledger/record.ts';
import { LockHeldError } from '../ledger/errors.ts';
import { newRunId, randomDigits } from '../ledger/run-id.ts';
import { notifyAndRecord, wasNotified } from '../publish/notify-and-record.ts';
import { sendFailureNotices, type NoticeResult } from '../publish/notify.ts';
import { storeReportPageIfEnded } from '../publish/report-page.ts';
import { storeSite } from '../publish/site.ts';
import type { RunFailure } from '../report/events.ts';
import { deadlineIn } from '../sweep/deadline.ts';
import { runSweep } from '../sweep/run.ts';
import type { RunDependencies } from '../sweep/run-context.ts';
import { importFindings } from './import-findings.ts';
import { publishInterrupted, publishNotices, publishRun } from './publish-metrics.ts';
import { notifierOf, type Rotator } from './rotator.ts';
import { sweptSlot } from './swept-slot.ts';

/**
 * Executes a run, or starts it in the state machine. Then publishes its metrics, sends its notices and stores
 * its report page, none of which changes the run.
 * @param requestId identifies the request to the state machine. Default: this invocation
 * @throws what runSweep throws, after notifying of the interrupted run
 */
export async function runAndReport(
  request: RunRequest,
  rotator: Rotator,
  requestId?: string,
): Promise<RunSummary | StartedExecution> {
  const execution = await startExecution(request, rotator, requestId);
  if (execution) return execution;
  const runId = newRunId(rotator.now(), randomDigits);
  const dependencies = dependenciesOf(rotator);
  try {
    const summary = await runSweep({ ...request, runId }, dependencies);
    await reportEnd(summary, rotator);
    return summary;
  } catch (error) {
    const { mode, scheduledFor, filters } = request;
    const isOverlap = error instanceof LockHeldError && scheduledFor !== undefined;
    const swept = isOverlap ? await sweptSlot(scheduledFor, filters.accounts, rotator) : undefined;
    if (swept !== undefined) return { mode, nothingToDo: swept };
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (mode === 'sweep')
      await notifyFailure({ reason: 'interrupted', runId, scheduledFor, problem }, rotator);
    throw error;
  } finally {
    await storeReport(runId, rotator);
  }
}

/** @throws TooLittleTimeError */
export function dependenciesOf({ config, clients, store, context, now }: Rotator): RunDependencies {
  return {
    config,
    clients,
    store,
    deadline: deadlineIn(context.getRemainingTimeInMillis()),
    progress: () => undefined,
    now,
    random: randomDigits,
    // Unique for each execution environment; host names are not.
    host: context.logStreamName,
  };
}

/**
 * Publishes the metrics of an ended run and sends its notices, unless an earlier attempt has.
 * Never rejects because of a notice that failed.
 */
export async function reportEnd(summary: RunSummary, rotator: Rotator): Promise<void> {
  const { store, logger, metrics } = rotator;
  // If the ledger cannot be read: rather twice than never.
  if (await wasNotified(store, summary.runId).catch(() => false)) {
    logger.info('notices were sent by an earlier attempt', { runId: summary.runId });
    return;
  }
  publishRun(metrics, summary);
  logger.info('the run has ended', { summary });
  await sendNotices(summary, rotator);
}

/** Never rejects: failed notices are in the log, the metrics and the ledger. */
async function sendNotices({ runId, mode, noticeFor }: RunSummary, rotator: Rotator): Promise<void> {
  if (mode !== 'sweep' && noticeFor === undefined) return;
  const { store, logger, metrics } = rotator;
  try {
    const notifier = notifierOf(rotator);
    const count = (results: readonly NoticeResult[]): void => {
      countSent(results, rotator, runId);
    };
    await notifyAndRecord(runId, store, notifier, count, (run) => importFindings(run, rotator, notifier));
  } catch (error) {
    publishNotices(metrics, [], 1);
    logger.error('notices could not be sent or recorded', { runId, error });
  }
}

/** Notifies of a sweep that was interrupted or missed. Never rejects. */
export async function notifyFailure(failure: RunFailure, rotator: Rotator): Promise<void> {
  const organizationId = rotator.config.deployment?.organizationId;
  const results = await sendFailureNotices({ organizationId, ...failure }, notifierOf(rotator));
  countSent(results, rotator, failure.runId);
}

/** Notifies as the engine `lambda` does after an error: such a run has no summary. Never rejects. */
export async function notifyNotStarted(
  { execution, start: { mode, accounts, scheduledFor } }: Extract<Step, { step: 'conclude' }>,
  { name, message }: RunNotStartedError,
  rotator: Rotator,
): Promise<void> {
  publishInterrupted(rotator.metrics, mode, accounts !== undefined);
  const failure = { runId: runIdOf(execution), scheduledFor, problem: `${name}: ${message}` };
  if (mode === 'sweep') await notifyFailure({ reason: 'interrupted', ...failure }, rotator);
}

export function countSent(
  results: readonly NoticeResult[],
  { metrics, logger }: Rotator,
  runId?: string,
): void {
  publishNotices(metrics, results);
  const failed = results.filter(({ type }) => type === 'notice-failed');
  if (failed.length > 0) logger.error('notices failed', { runId, failed });
}

/** Left for the end of the invocation. */
const SPARE_MILLISECONDS = 5000;

/** Never rejects: a report page that fails or takes too long changes nothing in the run. */
export async function storeReport(runId: string, rotator: Rotator): Promise<void> {
  const { store, context, logger, config } = rotator;
  const left = () => context.getRemainingTimeInMillis() - SPARE_MILLISECONDS;
  const problem = await storeReportPageIfEnded(store, runId, left());
  if (problem !== undefined) logger.warn('the report page was not stored', { runId, problem });
  const ofSite = config.report.site ? await storeSite(store, runId, left()) : undefined;
  if (ofSite !== undefined) logger.warn('the index of all runs was not stored', { runId, problem: ofSite });
}
