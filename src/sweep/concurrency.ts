import { performance } from 'node:perf_hooks';
import pLimit, { type LimitFunction } from 'p-limit';

import type { RequestCounter } from '../aws/request-counter.ts';

/** The load since the last adjustment. */
export interface Load {
  /** Share of the time in which the CPU was busy. */
  readonly busy: number;
  /** Share of the requests that AWS throttled. */
  readonly throttled: number;
  /** Whether accounts are waiting. */
  readonly waiting: boolean;
}

/** Enough to keep one CPU busy where AWS answers within 60 ms. */
const INITIAL = 40;
/** So that a throttled sweep still makes progress. */
const MINIMUM = 10;
/** Above this, more accounts would only make responses wait. */
const BUSY = 0.9;
/**
 * A few throttled accounts slow down by their own clients' retries; this many throttles are of something
 * shared.
 */
const THROTTLED = 0.1;
const INTERVAL_MILLISECONDS = 250;

/** @param maximum from the configuration */
export function nextConcurrency(
  current: number,
  maximum: number,
  { busy, throttled, waiting }: Load,
): number {
  if (throttled > THROTTLED) return Math.min(maximum, Math.max(MINIMUM, Math.floor(current * 0.75)));
  if (!waiting || busy >= BUSY) return current;
  return Math.min(maximum, Math.ceil(current * 1.25));
}

/**
 * Limits the accounts processed at a time: grows while the CPU has time left, and shrinks while AWS
 * throttles.
 * @param maximum accounts, at least 1
 * @param requests of all clients of the run
 */
export function openConcurrency(
  maximum: number,
  requests: RequestCounter,
): { readonly limit: LimitFunction; readonly close: () => void } {
  const limit = pLimit(Math.min(maximum, INITIAL));
  const load = measureLoad(requests);
  const timer = setInterval(() => {
    const waiting = limit.pendingCount > 0;
    limit.concurrency = nextConcurrency(limit.concurrency, maximum, { ...load(), waiting });
  }, INTERVAL_MILLISECONDS).unref();
  return { limit, close: () => clearInterval(timer) };
}

/** @returns a function that gives the load since its last call */
function measureLoad(requests: RequestCounter): () => Omit<Load, 'waiting'> {
  let loop = performance.eventLoopUtilization();
  let sent = requests.total();
  return () => {
    const [loopNow, sentNow] = [performance.eventLoopUtilization(), requests.total()];
    const { utilization: busy } = performance.eventLoopUtilization(loopNow, loop);
    const throttled = (sentNow.throttles - sent.throttles) / Math.max(1, sentNow.calls - sent.calls);
    [loop, sent] = [loopNow, sentNow];
    return { busy, throttled };
  };
}
