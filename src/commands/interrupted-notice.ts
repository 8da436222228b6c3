import type { Progress } from '../sweep/progress.ts';
import type { Terminal } from './terminal.ts';

export interface InterruptedNotice {
  /** To pass to the run: shows when it begins to write. */
  readonly progress: Progress;
  readonly isWriting: () => boolean;
  /** Says so if the run had begun to write. @param run a reference for `keysweep show` */
  readonly explain: (run: string) => void;
}

export function interruptedNotice({ progress, say }: Pick<Terminal, 'progress' | 'say'>): InterruptedNotice {
  let hasWritten = false;
  return {
    progress: (step) => {
      hasWritten ||= step.step === 'applying';
      progress(step);
    },
    isWriting: () => hasWritten,
    explain: (run) => {
      if (!hasWritten) return;
      say(
        'The run was interrupted after it had begun to write. Run again: the next run continues with the ' +
          `rest. keysweep show ${run} shows what was recorded.`,
      );
    },
  };
}
