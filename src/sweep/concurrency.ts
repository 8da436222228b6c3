import { performance } from 'node:perf_hooks';
import pLimit, { type LimitFunction } from 'p-limit';

import type { RequestCounter } from '../aws/request-counter.ts';

/** How many accounts are worked on at a time: it follows what binds. */
export interface Concurrency {
  /** Runs work as soon as it has its turn. */
  readonly limit: LimitFunction;
  /** Follows nothing any more. */
  readonly close: () => void;
}

/** What a sweep ran into since it last looked. */
export interface Pressure {
  /** Share of the time in which the processor was at work. */
  readonly busy: number;
  /** Share of the requests that AWS throttled. */
  readonly throttled: number;
  /** Whether accounts wait for their turn. */
  readonly waiting: boolean;
}

/** Wide enough to keep one processor busy where AWS answers within 60 ms. */
const FIRST = 40;
/** So that a sweep under throttling goes on. */
const LEAST = 10;
/** Beyond this more accounts would only make answers wait. */
const BUSY = 0.9;
/**
 * A few accounts that are throttled each slow down alone, by the retries of their own clients. Where so many calls of all are
 * throttled, it is something that they share.
 */
const THROTTLED = 0.1;
const MILLISECONDS = 250;

/** @param most that the configuration allows */
export function nextConcurrency(width: number, most: number, { busy, throttled, waiting }: Pressure): number {
  if (throttled > THROTTLED) return Math.min(most, Math.max(LEAST, Math.floor(width * 0.75)));
  if (!waiting || busy >= BUSY) return width;
  return Math.min(most, Math.ceil(width * 1.25));
}

/**
 * Goes wider as long as the processor has time left, and narrower while AWS throttles.
 * @param most accounts at a time, from 1 on
 * @param traffic of all clients of the run
 */
export function openConcurrency(most: number, traffic: RequestCounter): Concurrency {
  const limit = pLimit(Math.min(most, FIRST));
  const pressure = measure(traffic);
  const timer = setInterval(() => {
    limit.concurrency = nextConcurrency(limit.concurrency, most, {
      ...pressure(),
      waiting: limit.pendingCount > 0,
    });
  }, MILLISECONDS).unref();
  return { limit, close: () => clearInterval(timer) };
}

/** @returns what tells the pressure since it was last asked */
function measure(traffic: RequestCounter): () => Omit<Pressure, 'waiting'> {
  let loop = performance.eventLoopUtilization();
  let sent = traffic.soFar();
  return () => {
    const [loopNow, sentNow] = [performance.eventLoopUtilization(), traffic.soFar()];
    const { utilization: busy } = performance.eventLoopUtilization(loopNow, loop);
    const throttled = (sentNow.throttles - sent.throttles) / Math.max(1, sentNow.calls - sent.calls);
    [loop, sent] = [loopNow, sentNow];
    return { busy, throttled };
  };
}
