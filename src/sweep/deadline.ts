import { setMaxListeners } from 'node:events';

import { TooLittleTimeError } from './errors.ts';

/** When a run must stop. Each signal comes no later than the next. */
export interface Deadline {
  /** Nothing is read after this: accounts not read by then are `not-reached`. */
  readonly reading: AbortSignal;
  /** No further batch of writes begins after this. */
  readonly writing: AbortSignal;
  /** Writes in flight are aborted and count as `unconfirmed`. */
  readonly hard: AbortSignal;
}

/** Share of the time for planning; what is planned by then can still be applied. */
const READING_SHARE = 0.6;

/** A batch of writes with a few retries takes seconds; the rest is for the last records and the report. */
const MARGIN = { writing: 45_000, hard: 15_000 } as const;

/**
 * @param milliseconds until the process ends, such as a Lambda's `getRemainingTimeInMillis`:
 *   https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @throws TooLittleTimeError
 */
export function deadlineIn(milliseconds: number): Deadline {
  if (milliseconds <= MARGIN.writing)
    throw new TooLittleTimeError(
      `This run has ${Math.floor(milliseconds / 1000)} s left ` +
        `and needs more than ${MARGIN.writing / 1000} s to end in order. ` +
        'Nothing was done. Set the timeout of the function to 15 minutes, as npm run deploy does.',
    );
  const writing = milliseconds - MARGIN.writing;
  return deadlineOf(
    AbortSignal.timeout(Math.round(writing * READING_SHARE)),
    AbortSignal.timeout(writing),
    AbortSignal.timeout(milliseconds - MARGIN.hard),
  );
}

/** For a run that a person can stop: `stop` ends it after the writes in flight, `hard` aborts these, too. */
export function deadlineOn(stop: AbortSignal, hard: AbortSignal): Deadline {
  return deadlineOf(stop, stop, hard);
}

/** The same deadline, but no write after `stop`. */
export function writeUntil(stop: AbortSignal, { reading, writing, hard }: Deadline): Deadline {
  return deadlineOf(reading, AbortSignal.any([writing, stop]), hard);
}

/** The same deadline, but no read after `stop`. */
export function readUntil(stop: AbortSignal, { reading, writing, hard }: Deadline): Deadline {
  return deadlineOf(AbortSignal.any([reading, stop]), writing, hard);
}

function deadlineOf(reading: AbortSignal, writing: AbortSignal, hard: AbortSignal): Deadline {
  // Hundreds of calls in flight listen to these signals; Node warns of a leak above ten.
  setMaxListeners(0, reading, writing, hard);
  return { reading, writing, hard };
}
