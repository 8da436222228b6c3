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

/** Both accounts: each step is taken once. */
const IN_A_BATCH = 2;

/** Where an attempt waits: at its write of that number, from 0, if it makes so many. */
interface Place {
  at: number;
  hasCome: boolean;
}

function newPlace(): Place {
  return { at: 0, hasCome: false };
}

/** Each write of an attempt once, and once none. */
async function everyPlace(place: Place, act: () => Promise<void>): Promise<void> {
  place.at = 0;
  do {
    await act();
    place.at += 1;
  } while (place.hasCome);
}

/** What overlaps: an attempt at a step that was given up, and two attempts at that step or at a later one. */
interface Overlap {
  readonly late: StepName;
  readonly twice: StepName;
  /** Whether the step was taken again, and all up to the other one, before that began. */
  readonly wasTakenAgain: boolean;
}

const AT_THE_END: Overlap[] = STEPS.slice(0, END).map((late) => ({
  late,
  twice: 'conclude',
  wasTakenAgain: false,
}));

const AFTER_ANOTHER_ATTEMPT: Overlap[] = STEPS.slice(0, END).flatMap((late, from) =>
  STEPS.slice(from).map((twice) => ({ late, twice, wasTakenAgain: true })),
);

/** `npm run test:long` tries all. */
const OVERLAPS =
  process.env.KEYSWEEP_CHAOS === undefined ? AT_THE_END : [...AT_THE_END, ...AFTER_ANOTHER_ATTEMPT];

const end = undisturbedEnd(KEYSWEEP);

/** @returns what lets the attempt go on, to its end */
async function startSlow(event: Event, stage: Stage, place: Place): Promise<() => Promise<unknown>> {
  let writes = 0;
  const { store, isReached, release } = holding(stage.store, () => writes++ === place.at);
  const ended = attempt(event, stage, stage.dependencies({ store }), IN_A_BATCH).catch(asError);
  place.hasCome = await Promise.race([isReached.then(() => true), ended.then(() => false)]);
  return () => {
    release();
    return ended;
  };
}

/** The one that waits may have been quicker with what it was at beside that write. */
async function takeUntilTaken(event: Event, stage: Stage): Promise<unknown> {
  const taken = await attempt(event, stage, stage.dependencies(), IN_A_BATCH).catch(asError);
  return taken instanceof Error && taken.name === 'RunIdTakenError' ? takeUntilTaken(event, stage) : taken;
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
 * Lets one attempt wait at one of its writes, another one at one of its own, and a third one come as far as
 * one of its own; then they go on one after the other, and the rest of the run after them.
 */
async function overlap(
  { late, twice, wasTakenAgain }: Overlap,
  [given, one, other]: readonly [Place, Place, Place],
): Promise<void> {
  const stage = await prepared(KEYSWEEP);
  const check = truthOf(stage, await end);
  const events = eventsOf(stage, !wasTakenAgain);
  const [first, second] = [STEPS.indexOf(late), STEPS.indexOf(twice)];
  for (const event of events.slice(0, first)) await takeUntilTaken(event, stage);
  const finish = await startSlow(present(events[first]), stage, given);
  if (wasTakenAgain) for (const event of events.slice(first, second)) await takeUntilTaken(event, stage);
  const finishOne = await startSlow(present(events[second]), stage, one);
  await finish();
  const finishOther = await startSlow(present(events[second]), stage, other);
  await finishOne();
  let last = await finishOther();
  for (const event of events.slice(last instanceof Error ? second : second + 1))
    last = await takeUntilTaken(event, stage);
  const story = `${late} given up at write ${given.at}, ${twice} at ${one.at} and ${other.at}`;
  if (wasTakenAgain) expect(last, story).toMatchObject({ verdict: 'ok' });
  await check(last as RunSummary | Error, story);
}

it.each(OVERLAPS)(
  '$late that goes on while $twice is taken twice, wherever the three meet; taken again before: $wasTakenAgain',
  async (overlapping) => {
    let stories = 0;
    const [given, one, other] = [newPlace(), newPlace(), newPlace()];
    await everyPlace(given, () =>
      everyPlace(one, () =>
        everyPlace(other, async () => {
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
