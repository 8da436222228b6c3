import confirm from '@inquirer/confirm';

import type { SweepRequest } from '../sweep/run.ts';
import { renderIntent } from '../report/intent.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows what is about to happen and asks. Nothing is asked when nothing would be written.
 * @param stop ends the question; that is a no, and so is Ctrl-C
 */
export function askBeforeWriting({ say }: Terminal, stop: AbortSignal): NonNullable<SweepRequest['approve']> {
  return async (planned) => {
    const intent = renderIntent(planned);
    if (intent === undefined) return true;
    if (stop.aborted) return false;
    say(intent);
    try {
      const question = { message: 'Revoke these keys now?', default: false };
      return await confirm(question, { output: process.stderr, signal: stop });
    } catch (error) {
      if (wasLeft(error)) return false;
      throw error;
    }
  };
}

/** https://github.com/SBoudrias/Inquirer.js#handling-ctrlc-gracefully */
function wasLeft(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}
