import { deadlineOn, type Deadline } from '../sweep/deadline.ts';
import type { Terminal } from './terminal.ts';

/**
 * Gives work at a terminal its deadline: the first SIGINT, SIGTERM or SIGHUP (the terminal is gone) asks for an orderly end, in
 * which writes in flight are recorded and the rest counts as not reached; the second gives up what is in flight.
 */
export async function stopOnSignals<Result>(
  { say }: Pick<Terminal, 'say'>,
  work: (deadline: Deadline) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  const hard = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) {
      hard.abort();
      return;
    }
    say('Stopping: writes in flight are finished and recorded. Once more to give them up.');
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
