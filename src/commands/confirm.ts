import confirm from '@inquirer/confirm';

import type { SweepRequest } from '../sweep/run.ts';
import { renderIntent } from '../report/intent.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows what is about to happen and asks. Nothing is asked when nothing would be written.
 * @param stop ends the question; that is a no, and so is Ctrl-C
 * @param minutes after which no answer is a no: the run holds the lock meanwhile, and what it read grows old
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
    const late = AbortSignal.timeout(minutes * 60_000);
    try {
      const question = { message: 'Revoke these keys now?', default: false };
      return await confirm(question, { output: process.stderr, signal: AbortSignal.any([stop, late]) });
    } catch (error) {
      if (!wasLeft(error)) throw error;
      if (late.aborted) say(`No answer within ${minutes} minutes: nothing is revoked.`);
      return false;
    }
  };
}

/** https://github.com/SBoudrias/Inquirer.js#handling-ctrlc-gracefully */
function wasLeft(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}
