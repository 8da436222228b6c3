import confirm from '@inquirer/confirm';

import type { SweepRequest } from '../sweep/run.ts';
import { renderIntent } from '../report/intent.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows what is about to be written, if anything, and asks.
 * @param stop means no, like Ctrl-C
 * @param minutes after which no answer means no: the run holds the lock, and what it read gets old
 */
export function confirmRevocation(
  { say }: Pick<Terminal, 'say'>,
  stop: AbortSignal,
  minutes = 15,
): NonNullable<SweepRequest['approve']> {
  return async (planned) => {
    const intent = renderIntent(planned);
    if (intent === undefined) return true;
    if (stop.aborted) return false;
    say(intent);
    const timeout = AbortSignal.timeout(minutes * 60_000);
    try {
      const question = { message: 'Revoke these keys now?', default: false };
      return await confirm(question, { output: process.stderr, signal: AbortSignal.any([stop, timeout]) });
    } catch (error) {
      if (!wasCancelled(error)) throw error;
      if (timeout.aborted) say(`No answer within ${minutes} minutes, so nothing was revoked.`);
      return false;
    }
  };
}

/** https://github.com/SBoudrias/Inquirer.js#handling-ctrlc-gracefully */
function wasCancelled(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}
