import { setMaxListeners } from 'node:events';

import { TooLittleTimeError } from './errors.ts';

/** When a run must stop doing what. Each signal comes no later than the next. */
export interface Deadline {
  /** No more is read after this: accounts not read by then are `not-reached`. */
  readonly reading: AbortSignal;
  /** No further batch of writes begins after this. */
  readonly writing: AbortSignal;
  /** Writes in flight are given up and count as unconfirmed. */
  readonly hard: AbortSignal;
}

/** Share of the time that planning may take; what it has planned by then can still be carried out. */
const READING_SHARE = 0.6;

/** A batch of writes with a few retries takes seconds; the ledger's last records and the report take the rest. */
const MARGIN = { writing: 45_000, hard: 15_000 } as const;

/**
 * The deadline of a run that will be stopped in `milliseconds`, such as what `getRemainingTimeInMillis` says of a Lambda.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * @throws TooLittleTimeError
 */
export function deadlineIn(milliseconds: number): Deadline {
  if (milliseconds <= MARGIN.writing)
    throw new TooLittleTimeError(
      `This run has ${Math.floor(milliseconds / 1000)} s left and needs more than ${MARGIN.writing / 1000} s to end in order. ` +
        'Nothing was done. Set the timeout of the function to 15 minutes, as npm run deploy does.',
    );
  const writing = milliseconds - MARGIN.writing;
  return deadlineOf(
    AbortSignal.timeout(Math.round(writing * READING_SHARE)),
    AbortSignal.timeout(writing),
    AbortSignal.timeout(milliseconds - MARGIN.hard),
  );
}

/** The deadline of a run that ends when somebody says so: `stop` asks for an orderly end, `hard` gives up calls in flight. */
export function deadlineOn(stop: AbortSignal, hard: AbortSignal): Deadline {
  return deadlineOf(stop, stop, hard);
}

/** The same deadline, and no further write once the lock is lost. */
export function until(lost: AbortSignal, { reading, writing, hard }: Deadline): Deadline {
  return deadlineOf(reading, AbortSignal.any([writing, lost]), hard);
}

/** The same deadline, and no further read once `stopped`. */
export function readUntil(stopped: AbortSignal, { reading, writing, hard }: Deadline): Deadline {
  return deadlineOf(AbortSignal.any([reading, stopped]), writing, hard);
}

function deadlineOf(reading: AbortSignal, writing: AbortSignal, hard: AbortSignal): Deadline {
  // Every call in flight listens, and a run has hundreds; Node suspects a leak from the eleventh on.
  setMaxListeners(0, reading, writing, hard);
  return { reading, writing, hard };
}
