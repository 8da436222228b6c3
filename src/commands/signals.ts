import { deadlineOn, type Deadline } from '../sweep/deadline.ts';
import type { Terminal } from './terminal.ts';

export interface Stoppable extends Pick<Terminal, 'say' | 'endProgress'> {
  /** Whether keys may be written to now; left out: never. */
  readonly isWriting?: () => boolean;
}

const STOPPING_WRITES = 'Stopping after the current writes. Press Ctrl-C again to abandon them.';

/**
 * The first SIGINT, SIGTERM or SIGHUP (the terminal is gone) ends the work after the current writes; the rest
 * is not reached. The second abandons these writes.
 */
export async function stopOnSignals<Result>(
  { say, endProgress, isWriting }: Stoppable,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const hard = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      hard.abort();
      return;
    }
    endProgress();
    say(isWriting?.() === true ? STOPPING_WRITES : 'Stopping.');
    stop.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(deadlineOn(stop.signal, hard.signal));
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
