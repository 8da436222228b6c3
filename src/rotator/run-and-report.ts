import { startExecution, type StartedExecution } from './start-execution.ts';
import type { RunSummary } from '../ledger/record.ts';
import { newRunId, randomDigits } from '../ledger/run-id.ts';
import { notifyAndRecord, wasNotified } from '../publish/notify-and-record.ts';
import { notifyOfFailure } from '../publish/notify.ts';
import { storeReportPageOfEnded } from '../publish/report-page.ts';
import type { RunFailure } from '../report/events.ts';
import { deadlineIn } from '../sweep/deadline.ts';
import { runSweep, type SweepRequest } from '../sweep/run.ts';
import { publishRun, publishNotices } from './publish-metrics.ts';
import { notifierOf, type Rotator } from './rotator.ts';

/**
 * Makes one run, or lets the state machine make it where that is the engine; publishes its metrics, tells of it and keeps its page. What
 * comes after the run changes nothing of it.
 * @param requestId what asks the state machine for it: left out, this invocation
 * @throws what runSweep throws: the run broke off; that is told too
 */
export async function runAndReport(
  request: Omit<SweepRequest, 'only' | 'approve'>,
  rotator: Rotator,
  requestId?: string,
): Promise<RunSummary | StartedExecution> {
  const handed = await startExecution(request, rotator, requestId);
  if (handed) return handed;
  const { config, clients, store, context, now } = rotator;
  const runId = request.runId ?? newRunId(now(), randomDigits);
  const dependencies = {
    config,
    clients,
    store,
    deadline: deadlineIn(context.getRemainingTimeInMillis()),
    progress: () => undefined,
    now,
    random: randomDigits,
    // One for each execution environment, whose host names are all alike.
    host: context.logStreamName,
  };
  try {
    const summary = await runSweep({ ...request, runId }, dependencies);
    await notifyOfEnd(summary, rotator);
    return summary;
  } catch (error) {
    const { mode, scheduledFor } = request;
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (mode === 'sweep') await notifyFailure({ reason: 'broke-off', runId, scheduledFor, problem }, rotator);
    throw error;
  } finally {
    await storeReport(runId, rotator);
  }
}

/**
 * Publishes the metrics of a run that has ended, and tells of it; not again, where an earlier attempt at the end of the run has done
 * both. Never rejects because of who could not be told.
 */
export async function notifyOfEnd(summary: RunSummary, rotator: Rotator): Promise<void> {
  const { store, logger, metrics } = rotator;
  // Where the ledger cannot be asked: rather twice than never.
  if (await wasNotified(store, summary.runId).catch(() => false)) {
    logger.info('the run was told of by an earlier attempt', { runId: summary.runId });
    return;
  }
  publishRun(metrics, summary);
  logger.info('the run has ended', { summary });
  await tell(summary, rotator);
}

/** Tells of a run as the ledger holds it. Never rejects: what cannot be told is in the log, the metrics and the ledger. */
async function tell({ runId, mode, noticeFor }: RunSummary, rotator: Rotator): Promise<void> {
  if (mode !== 'sweep' && noticeFor === undefined) return;
  const { store, logger, metrics } = rotator;
  try {
    await notifyAndRecord(runId, store, notifierOf(rotator), (told) => {
      publishNotices(metrics, told);
      const failed = told.filter(({ type }) => type === 'notice-failed');
      if (failed.length > 0) logger.error('notices failed', { runId, failed });
    });
  } catch (error) {
    publishNotices(metrics, [], 1);
    logger.error('the run could not be told of, or the ledger does not hold to whom it was', {
      runId,
      error,
    });
  }
}

/** Tells of a sweep that broke off, or that is missed. Never rejects. */
export async function notifyFailure(trouble: RunFailure, rotator: Rotator): Promise<void> {
  const organizationId = rotator.config.deployment?.organizationId;
  const told = await notifyOfFailure({ organizationId, ...trouble }, notifierOf(rotator));
  publishNotices(rotator.metrics, told);
  const failed = told.filter(({ type }) => type === 'notice-failed');
  if (failed.length > 0) rotator.logger.error('notices failed', { failed });
}

/** Of the time that is left, for the end of the invocation. */
const SPARE_MILLISECONDS = 5000;

/** Comes last and never rejects: a page that cannot be made, or not in time, changes nothing of the run. */
export async function storeReport(runId: string, { store, context, logger }: Rotator): Promise<void> {
  const left = context.getRemainingTimeInMillis() - SPARE_MILLISECONDS;
  const problem = await storeReportPageOfEnded(store, runId, left);
  if (problem !== undefined) logger.warn('the page of the run is not there', { runId, problem });
}
