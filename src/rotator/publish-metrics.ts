import type { Metrics } from '@aws-lambda-powertools/metrics';

import type { RotatorMode } from './event.ts';
import type { RunSummary } from '../ledger/record.ts';
import { countNotices, type NoticeResult } from '../publish/notify.ts';
import {
  LEAKED_KEYS_LIVE,
  metricsMode,
  metricsOf,
  NOTICES_FAILED,
  NOTICES_SENT,
  RUN_OK,
  SWEEP_MISSED,
  WATCHDOG_MODE,
} from '../report/metrics.ts';

export function publishRun(metrics: Metrics, summary: RunSummary): void {
  metrics.addDimension('mode', metricsMode(summary));
  for (const { name, unit, value } of metricsOf(summary)) metrics.addMetric(name, unit, value);
  metrics.publishStoredMetrics();
}

/** Of an interrupted run, only that it was not ok is known. */
export function publishInterrupted(metrics: Metrics, mode: RotatorMode, filtered: boolean): void {
  metrics.addDimension('mode', filtered ? `filtered-${mode}` : mode);
  metrics.addMetric(RUN_OK, 'Count', 0);
  metrics.publishStoredMetrics();
}

export function publishWatchdog(metrics: Metrics, missed: boolean): void {
  metrics.addDimension('mode', WATCHDOG_MODE);
  metrics.addMetric(SWEEP_MISSED, 'Count', missed ? 1 : 0);
  metrics.publishStoredMetrics();
}

export function publishLeak(metrics: Metrics, live: number): void {
  metrics.addMetric(LEAKED_KEYS_LIVE, 'Count', live);
  metrics.publishStoredMetrics();
}

/** Zero is published too. */
export function publishNotices(metrics: Metrics, results: readonly NoticeResult[], lost = 0): void {
  metrics.addMetric(NOTICES_SENT, 'Count', countNotices(results, 'notice-sent'));
  metrics.addMetric(NOTICES_FAILED, 'Count', countNotices(results, 'notice-failed') + lost);
  metrics.publishStoredMetrics();
}
