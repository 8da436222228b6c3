import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { countRequests, type RequestCounter, type RequestCounts } from '../../src/aws/request-counter.ts';
import { nextConcurrency, openConcurrency, type Load } from '../../src/sweep/concurrency.ts';

/** Room to grow. */
const FREE: Load = { busy: 0, throttled: 0, waiting: true };

type Concurrency = ReturnType<typeof openConcurrency>;

describe('the next concurrency', () => {
  it.each<[string, number, number, Partial<Load>, number]>([
    ['grows by a quarter', 40, 200, {}, 50],
    ['grows by a quarter, rounded up', 41, 200, {}, 52],
    ['grows from 1', 1, 200, {}, 2],
    ['grows to the maximum', 40, 50, {}, 50],
    ['grows no further than the maximum', 40, 49, {}, 49],
    ['stays at the maximum', 200, 200, {}, 200],
    ['stays while no work is waiting', 40, 200, { waiting: false }, 40],
    ['grows while the CPU has time', 40, 200, { busy: 0.899 }, 50],
    ['stays while the CPU has none', 40, 200, { busy: 0.9 }, 40],
    ['stays while the CPU is never idle', 40, 200, { busy: 1 }, 40],
    ['stays while no work is waiting and the CPU has no time', 40, 200, { waiting: false, busy: 1 }, 40],
    ['grows despite a few throttles', 40, 200, { throttled: 0.1 }, 50],
    ['shrinks by a quarter when many calls are throttled', 40, 200, { throttled: 0.101 }, 30],
    ['shrinks by a quarter, rounded down', 41, 200, { throttled: 1 }, 30],
    ['shrinks also when no work is waiting', 40, 200, { throttled: 1, waiting: false }, 30],
    ['shrinks also when the CPU has no time', 40, 200, { throttled: 1, busy: 1 }, 30],
    ['shrinks to 10', 14, 200, { throttled: 1 }, 10],
    ['shrinks no further than 10', 13, 200, { throttled: 1 }, 10],
    ['stays at 10', 10, 200, { throttled: 1 }, 10],
    ['stays at a maximum below 10', 5, 5, { throttled: 1 }, 5],
    ['stays at 1', 1, 1, { throttled: 1 }, 1],
  ])('%s', (_, current, maximum, load, expected) => {
    expect(nextConcurrency(current, maximum, { ...FREE, ...load })).toBe(expected);
  });
});

describe('the concurrency of a sweep', () => {
  /** Requests and CPU, since the start of the process. */
  let sent: RequestCounts;
  let loop: { active: number; idle: number };
  let open: Concurrency[];
  beforeEach(() => {
    sent = { calls: 1000, throttles: 900 };
    loop = { active: 1_000_000, idle: 0 };
    open = [];
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    // With two readings, Node's own returns the share between them; without, the share since the start.
    vi.spyOn(performance, 'eventLoopUtilization').mockImplementation((now, before) => {
      const { active, idle } = now ?? loop;
      const [since, sinceIdle] = before ? [active - before.active, idle - before.idle] : [active, idle];
      const utilization = since / (since + sinceIdle);
      return { active: since, idle: sinceIdle, utilization } satisfies EventLoopUtilization;
    });
  });
  afterEach(() => {
    for (const { close } of open) close();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const requests: RequestCounter = { ...countRequests(), total: () => sent };
  const opened = (maximum: number, waiting = 1000): Concurrency['limit'] => {
    const concurrency = openConcurrency(maximum, requests);
    open.push(concurrency);
    const { limit } = concurrency;
    for (let work = 0; work < waiting; work += 1) void limit(() => new Promise(() => undefined));
    return limit;
  };
  /** A quarter of a second with these calls and throttles. */
  const pass = async (calls: number, throttles: number, busy = 0.1): Promise<void> => {
    sent = { calls: sent.calls + calls, throttles: sent.throttles + throttles };
    loop = { active: loop.active + busy * 250, idle: loop.idle + (1 - busy) * 250 };
    await vi.advanceTimersByTimeAsync(250);
  };

  it.each([
    [1, 1],
    [39, 39],
    [40, 40],
    [200, 40],
  ])('of at most %i starts at %i', async (maximum, first) => {
    const limit = opened(maximum);
    await Promise.resolve();
    expect(limit.concurrency).toBe(first);
    await vi.waitFor(() => expect(limit.activeCount).toBe(first));
  });

  it('grows to the maximum while work is waiting, and runs the work', async () => {
    const limit = opened(70);
    const widths = [];
    for (let times = 0; times < 4; times += 1) {
      await pass(100, 0);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 63, 70, 70]);
    expect(limit.activeCount).toBe(70);
  });

  it('is adjusted four times a second', async () => {
    const limit = opened(200);
    await vi.advanceTimersByTimeAsync(249);
    expect(limit.concurrency).toBe(40);
    await vi.advanceTimersByTimeAsync(1);
    expect(limit.concurrency).toBe(50);
  });

  it.each([
    ['stays while no work is waiting', 40, 40],
    ['grows while one work is waiting', 41, 50],
  ])('%s', async (_, work, expected) => {
    const limit = opened(200, work);
    await pass(100, 0);
    expect(limit.concurrency).toBe(expected);
  });

  it('follows the CPU load since the last adjustment only', async () => {
    const limit = opened(200);
    const widths = [];
    for (const busy of [0.2, 1, 0.91, 0.89]) {
      await pass(100, 0, busy);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 50, 50, 63]);
  });

  it('follows the throttles since the last adjustment only', async () => {
    const limit = opened(200);
    const widths = [];
    for (const throttles of [10, 11, 100, 0, 90]) {
      await pass(100, throttles);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 37, 27, 34, 25]);
  });

  it('grows when nothing was sent, and shrinks when only throttles of earlier calls arrived', async () => {
    const limit = opened(200);
    await pass(0, 0);
    expect(limit.concurrency).toBe(50);
    await pass(0, 1);
    expect(limit.concurrency).toBe(37);
  });

  it('stays when it is closed', async () => {
    const limit = opened(200);
    open[0]!.close();
    await pass(100, 0);
    expect(limit.concurrency).toBe(40);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not keep the process alive', () => {
    vi.useRealTimers();
    const alive = (): number => process.getActiveResourcesInfo().filter((of) => of === 'Timeout').length;
    const before = alive();
    opened(200, 0);
    expect(alive()).toBe(before);
  });
});
