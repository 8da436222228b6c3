import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { countRequests, type RequestCounter, type RequestCounts } from '../../src/aws/request-counter.ts';
import {
  nextConcurrency,
  openConcurrency,
  type Pressure,
  type Concurrency,
} from '../../src/sweep/concurrency.ts';

/** Nothing speaks against going wider. */
const FREE: Pressure = { busy: 0, throttled: 0, waiting: true };

describe('the next width', () => {
  it.each<[string, number, number, Partial<Pressure>, number]>([
    ['grows by a quarter', 40, 200, {}, 50],
    ['grows by no less than a quarter, rounded up', 41, 200, {}, 52],
    ['grows from one', 1, 200, {}, 2],
    ['grows to the most', 40, 50, {}, 50],
    ['grows to no more than the most', 40, 49, {}, 49],
    ['remains at the most', 200, 200, {}, 200],
    ['remains while nobody waits', 40, 200, { waiting: false }, 40],
    ['grows while the processor has time', 40, 200, { busy: 0.899 }, 50],
    ['remains while the processor has none', 40, 200, { busy: 0.9 }, 40],
    ['remains while the processor never rests', 40, 200, { busy: 1 }, 40],
    ['remains while nobody waits and the processor has no time', 40, 200, { waiting: false, busy: 1 }, 40],
    ['grows in spite of a few throttles', 40, 200, { throttled: 0.1 }, 50],
    ['shrinks by a quarter while many calls are throttled', 40, 200, { throttled: 0.101 }, 30],
    ['shrinks by no less than a quarter, rounded down', 41, 200, { throttled: 1 }, 30],
    ['shrinks when nobody waits, too', 40, 200, { throttled: 1, waiting: false }, 30],
    ['shrinks when the processor has no time, too', 40, 200, { throttled: 1, busy: 1 }, 30],
    ['shrinks to 10', 14, 200, { throttled: 1 }, 10],
    ['shrinks to no less than 10', 13, 200, { throttled: 1 }, 10],
    ['remains at 10', 10, 200, { throttled: 1 }, 10],
    ['remains at the most where that is less than 10', 5, 5, { throttled: 1 }, 5],
    ['remains at one', 1, 1, { throttled: 1 }, 1],
  ])('%s', (_, width, most, pressure, expected) => {
    expect(nextConcurrency(width, most, { ...FREE, ...pressure })).toBe(expected);
  });
});

describe('the width of a sweep', () => {
  /** What traffic and processor say, since the beginning of the process. */
  let sent: RequestCounts;
  let loop: { active: number; idle: number };
  let open: Concurrency[];
  beforeEach(() => {
    sent = { calls: 1000, throttles: 900 };
    loop = { active: 1_000_000, idle: 0 };
    open = [];
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    // Called with two readings, Node's own tells the share between them; without, that since the beginning.
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

  const traffic: RequestCounter = { ...countRequests(), soFar: () => sent };
  const opened = (most: number, waiting = 1000): Concurrency['limit'] => {
    const width = openConcurrency(most, traffic);
    open.push(width);
    // The first of them have their turn for ever.
    for (let work = 0; work < waiting; work += 1) void width.limit(() => new Promise(() => undefined));
    return width.limit;
  };
  /** A quarter of a second with calls in it, of which some were throttled; the processor is idle unless told otherwise. */
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
  ])('of at most %i begins with %i', async (most, first) => {
    const limit = opened(most);
    await Promise.resolve();
    expect(limit.concurrency).toBe(first);
    await vi.waitFor(() => expect(limit.activeCount).toBe(first));
  });

  it('grows while work waits, as far as it may, and gives the work its turn', async () => {
    const limit = opened(70);
    const widths = [];
    for (let times = 0; times < 4; times += 1) {
      await pass(100, 0);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 63, 70, 70]);
    expect(limit.activeCount).toBe(70);
  });

  it('looks four times a second', async () => {
    const limit = opened(200);
    await vi.advanceTimersByTimeAsync(249);
    expect(limit.concurrency).toBe(40);
    await vi.advanceTimersByTimeAsync(1);
    expect(limit.concurrency).toBe(50);
  });

  it.each([
    ['remains while all work has its turn', 40, 40],
    ['grows while a single work waits', 41, 50],
  ])('%s', async (_, work, expected) => {
    const limit = opened(200, work);
    await pass(100, 0);
    expect(limit.concurrency).toBe(expected);
  });

  it('follows what the processor did since it last looked, whatever it did before', async () => {
    const limit = opened(200);
    const widths = [];
    for (const busy of [0.2, 1, 0.91, 0.89]) {
      await pass(100, 0, busy);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 50, 50, 63]);
  });

  it('follows the throttles since it last looked, whatever there were before', async () => {
    const limit = opened(200);
    const widths = [];
    for (const throttles of [10, 11, 100, 0, 90]) {
      await pass(100, throttles);
      widths.push(limit.concurrency);
    }
    expect(widths).toEqual([50, 37, 27, 34, 25]);
  });

  it('grows where nothing was sent, and shrinks where only refusals of earlier calls arrived', async () => {
    const limit = opened(200);
    await pass(0, 0);
    expect(limit.concurrency).toBe(50);
    await pass(0, 1);
    expect(limit.concurrency).toBe(37);
  });

  it('follows nothing once it is closed', async () => {
    const limit = opened(200);
    open[0]!.close();
    await pass(100, 0);
    expect(limit.concurrency).toBe(40);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps no process alive', () => {
    vi.useRealTimers();
    const alive = (): number => process.getActiveResourcesInfo().filter((of) => of === 'Timeout').length;
    const before = alive();
    opened(200, 0);
    expect(alive()).toBe(before);
  });
});
