import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What commander calls for a command: with its arguments, its options and itself. */
export type Action = (...given: unknown[]) => Promise<void>;

/**
 * Makes the action of a command.
 * @param run takes the arguments of the command line, its options and the terminal
 */
export type Act = (run: (...given: never[]) => Promise<ExitCode>) => Action;

/** @param end takes the exit code of the command that was run */
export function actionsOn(terminal: Terminal, end: (code: ExitCode) => void): Act {
  return (run) =>
    async (...given) => {
      end(await run(...([...given.slice(0, -1), terminal] as never[])));
    };
}
