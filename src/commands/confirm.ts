import input from '@inquirer/input';

import { intentOf, type Intent } from '../report/intent.ts';
import type { SweepRequest } from '../sweep/run.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

/** Fits a screen, with the question. */
const ROWS = 15;

/**
 * Shows what is about to be written, if anything, and asks.
 * @param stop means no, like Ctrl-C
 * @param minutes after which no answer means no: the run holds the lock, and what it read gets old
 */
export function confirmRevocation(
  terminal: Pick<Terminal, 'say' | 'messageStyle'>,
  stop: AbortSignal,
  minutes = 15,
): NonNullable<SweepRequest['approve']> {
  return async (planned) => {
    const intent = intentOf(planned);
    if (intent === undefined) return true;
    return answerTo((signal) => ask(intent, terminal, signal), terminal, stop, minutes);
  };
}

/** Shows keys, and asks whether to deactivate them. */
export function confirmKeys(
  shown: string,
  terminal: Pick<Terminal, 'say'>,
  stop: AbortSignal,
  minutes = 15,
): Promise<boolean> {
  terminal.say(`${shown}\n`);
  const message = 'Type yes to deactivate these keys:';
  const question = async (signal: AbortSignal): Promise<boolean> =>
    (await input({ message }, { output: process.stderr, signal })).trim() === 'yes';
  return answerTo(question, terminal, stop, minutes);
}

async function answerTo(
  question: (signal: AbortSignal) => Promise<boolean>,
  { say }: Pick<Terminal, 'say'>,
  stop: AbortSignal,
  minutes: number,
): Promise<boolean> {
  if (stop.aborted) return false;
  const timeout = AbortSignal.timeout(minutes * 60_000);
  try {
    return await question(AbortSignal.any([stop, timeout]));
  } catch (error) {
    if (!wasCancelled(error)) throw error;
    if (timeout.aborted) say(`No answer within ${minutes} minutes, so nothing was revoked.`);
    return false;
  }
}

/** Deleting takes a number that was read; nobody types it by habit. */
async function ask(
  intent: Intent,
  { say, messageStyle }: Pick<Terminal, 'say' | 'messageStyle'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { remove, deactivate } = intent;
  const others = 'anything else cancels.';
  const hint = remove + deactivate > ROWS ? `"all" lists every key, ${others}` : `A${others.slice(1)}`;
  const show = (most: number): void => {
    const table = intent.table(most, messageStyle, THIS_PROCESS.now().toISOString());
    say(`${table}\n\n${intent.summary}\n${messageStyle.dim(hint)}`);
  };
  show(ROWS);
  const expected = remove > 0 ? `${remove}` : 'yes';
  const message = `Type ${expected} to ${remove > 0 ? 'delete for good' : 'revoke'}:`;
  for (;;) {
    const answer = (await input({ message }, { output: process.stderr, signal })).trim();
    if (answer !== 'all') return answer === expected;
    show(Infinity);
  }
}

/** https://github.com/SBoudrias/Inquirer.js#handling-ctrlc-gracefully */
function wasCancelled(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}
