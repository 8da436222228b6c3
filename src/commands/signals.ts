import { deadlineOn, type Deadline } from '../sweep/deadline.ts';
import type { Terminal } from './terminal.ts';

/**
 * The deadline of a run at a terminal: the first SIGINT, SIGTERM or SIGHUP (the terminal is gone) asks for an orderly end, in
 * which writes in flight are recorded and the rest counts as not reached; the second gives up what is in flight.
 */
export function stopOnSignals({ say }: Pick<Terminal, 'say'>): {
  readonly deadline: Deadline;
  readonly release: () => void;
} {
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
  return {
    deadline: deadlineOn(stop.signal, hard.signal),
    release: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
