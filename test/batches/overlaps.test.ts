import { expect, it } from 'vitest';

import { runIdOf } from '../../src/batches/step.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { present } from '../emulators/seeding.ts';
import { KEYSWEEP } from '../properties/build-under-test.ts';
import type { Stage } from '../properties/stage.ts';
import { asError, prepared, truthOf, undisturbedEnd } from './chaos.ts';
import { holding } from './held-store.ts';
import { attempt, executionAt, type Take } from './playing.ts';

type Event = Parameters<Take>[0];

const STEPS = ['begin', 'plan', 'check-limits', 'apply', 'conclude'] as const;
type StepName = (typeof STEPS)[number];
const END = STEPS.length - 1;

const BATCH_SIZE = 2;

/** The write (counted from 0) at which an attempt waits, if it has that many. */
interface WaitPoint {
  at: number;
  wasReached: boolean;
}

function newWaitPoint(): WaitPoint {
  return { at: 0, wasReached: false };
}

/** Calls `act` for each write of an attempt, and once for none. */
async function everyWrite(point: WaitPoint, act: () => Promise<void>): Promise<void> {
  point.at = 0;
  do {
    await act();
    point.at += 1;
  } while (point.wasReached);
}

/** An attempt that was given up overlaps two attempts at the same step or at a later one. */
interface Overlap {
  readonly late: StepName;
  readonly twice: StepName;
  /** Whether the step was retried, and all up to the other one finished, before that one started. */
  readonly wasRetried: boolean;
}

const AT_THE_END: Overlap[] = STEPS.slice(0, END).map((late) => ({
  late,
  twice: 'conclude',
  wasRetried: false,
}));

const AFTER_ANOTHER_ATTEMPT: Overlap[] = STEPS.slice(0, END).flatMap((late, from) =>
  STEPS.slice(from).map((twice) => ({ late, twice, wasRetried: true })),
);

const OVERLAPS =
  process.env.KEYSWEEP_CHAOS === undefined ? AT_THE_END : [...AT_THE_END, ...AFTER_ANOTHER_ATTEMPT];

const end = undisturbedEnd(KEYSWEEP);

/** @returns a function that lets the attempt finish */
async function startSlow(event: Event, stage: Stage, point: WaitPoint): Promise<() => Promise<unknown>> {
  let writes = 0;
  const { store, isReached, release } = holding(stage.store, () => writes++ === point.at);
  const ended = attempt(event, stage, stage.dependencies({ store }), BATCH_SIZE).catch(asError);
  point.wasReached = await Promise.race([isReached.then(() => true), ended.then(() => false)]);
  return () => {
    release();
    return ended;
  };
}

/** Retries if the waiting attempt was quicker with another write. */
async function takeWithRetry(event: Event, stage: Stage): Promise<unknown> {
  const taken = await attempt(event, stage, stage.dependencies(), BATCH_SIZE).catch(asError);
  return taken instanceof Error && taken.name === 'RunIdTakenError' ? takeWithRetry(event, stage) : taken;
}

function eventsOf(stage: Stage, hasFailed: boolean): Event[] {
  const execution = executionAt(stage);
  const runId = runIdOf(execution);
  const start = { mode: 'sweep' };
  const state = hasFailed ? { error: { Error: 'Lambda.Unknown', Cause: 'gone' } } : {};
  return [
    { step: 'begin', execution, start },
    { step: 'plan', runId, batch: 1 },
    { step: 'check-limits', runId },
    { step: 'apply', runId, batch: 1 },
    { step: 'conclude', execution, start, state },
  ];
}

/**
 * Three attempts wait at one of their writes each, then finish one after the other, then the rest of the run.
 */
async function overlap(
  { late, twice, wasRetried }: Overlap,
  [given, one, other]: readonly [WaitPoint, WaitPoint, WaitPoint],
): Promise<void> {
  const stage = await prepared(KEYSWEEP);
  const check = truthOf(stage, await end);
  const events = eventsOf(stage, !wasRetried);
  const [first, second] = [STEPS.indexOf(late), STEPS.indexOf(twice)];
  for (const event of events.slice(0, first)) await takeWithRetry(event, stage);
  const finish = await startSlow(present(events[first]), stage, given);
  if (wasRetried) for (const event of events.slice(first, second)) await takeWithRetry(event, stage);
  const finishOne = await startSlow(present(events[second]), stage, one);
  await finish();
  const finishOther = await startSlow(present(events[second]), stage, other);
  await finishOne();
  let last = await finishOther();
  for (const event of events.slice(last instanceof Error ? second : second + 1))
    last = await takeWithRetry(event, stage);
  const story = `${late} given up at write ${given.at}, ${twice} at ${one.at} and ${other.at}`;
  if (wasRetried) expect(last, story).toMatchObject({ verdict: 'ok' });
  await check(last as RunSummary | Error, story);
}

it.each(OVERLAPS)(
  '$late that continues while $twice runs twice, at any writes of the three; retried before: $wasRetried',
  async (overlapping) => {
    let stories = 0;
    const [given, one, other] = [newWaitPoint(), newWaitPoint(), newWaitPoint()];
    await everyWrite(given, () =>
      everyWrite(one, () =>
        everyWrite(other, async () => {
          await overlap(overlapping, [given, one, other]);
          stories += 1;
        }),
      ),
    );
    process.stdout.write(`${overlapping.late} and ${overlapping.twice}: ${stories} overlaps\n`);
    expect(stories).toBeGreaterThan(4);
  },
  120_000,
);
