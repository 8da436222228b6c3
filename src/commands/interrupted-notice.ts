import type { Progress } from '../sweep/progress.ts';
import type { Terminal } from './terminal.ts';

/** For a run that may fail after it began to write, such as when its ledger is lost. */
export interface InterruptedNotice {
  /** For the run, which tells by it that it writes. */
  readonly progress: Progress;
  /** Says so when the run had begun to write. @param run what `keysweep show` takes for it */
  readonly explain: (run: string) => void;
}

export function interruptedNotice({ progress, say }: Pick<Terminal, 'progress' | 'say'>): InterruptedNotice {
  let writes = false;
  return {
    progress: (step) => {
      writes ||= step.step === 'applying';
      progress(step);
    },
    explain: (run) => {
      if (!writes) return;
      say(
        `The run broke off after it had begun to write, so keys may have been changed. keysweep show ${run} tells what the ledger ` +
          'holds of it; run again: a second run takes up what is left.',
      );
    },
  };
}
