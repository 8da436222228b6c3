import type { Metrics } from '@aws-lambda-powertools/metrics';

import type { RotatorMode } from './event.ts';
import type { RunSummary } from '../ledger/record.ts';
import { failedNotices, sentNotices, type NoticeResult } from '../publish/notify.ts';
import {
  metricsMode,
  metricsOf,
  NOTICES_FAILED,
  NOTICES_SENT,
  RUN_OK,
  SWEEP_MISSED,
  WATCHDOG_MODE,
} from '../report/metrics.ts';

/** Publishes the metrics of a run that came to its end. */
export function publishRun(metrics: Metrics, summary: RunSummary): void {
  metrics.addDimension('mode', metricsMode(summary));
  for (const { name, unit, value } of metricsOf(summary)) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
}

/** Publishes that a run broke off: it was not ok, and more is not known of it. */
export function publishInterrupted(metrics: Metrics, mode: RotatorMode, filtered: boolean): void {
  metrics.addDimension('mode', filtered ? `filtered-${mode}` : mode);
  metrics.addMetric(RUN_OK, 'Count', 0);
  metrics.publishStoredMetrics();
}

/** Publishes whether the last sweep that had to be is missed. */
export function publishWatchdog(metrics: Metrics, missed: boolean): void {
  metrics.addDimension('mode', WATCHDOG_MODE);
  metrics.addMetric(SWEEP_MISSED, 'Count', missed ? 1 : 0);
  metrics.publishStoredMetrics();
}

/** Publishes how many notices went out, and how many did not; zero too. */
export function publishNotices(metrics: Metrics, told: readonly NoticeResult[], lost = 0): void {
  metrics.addMetric(NOTICES_SENT, 'Count', sentNotices(told));
  metrics.addMetric(NOTICES_FAILED, 'Count', failedNotices(told) + lost);
  metrics.publishStoredMetrics();
}
