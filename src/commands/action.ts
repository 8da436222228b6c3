import type { ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Commander calls it with the arguments, the options and the command. */
type Action = (...given: unknown[]) => Promise<void>;

/** @param run takes the arguments, the options and the terminal */
export type Act = (run: (...given: never[]) => Promise<ExitCode>) => Action;

/** @param end receives the exit code */
export function actionsOn(terminal: Terminal, end: (code: ExitCode) => void): Act {
  return (run) =>
    async (...given) => {
      terminal.progress({ step: 'working' });
      try {
        end(await run(...([...given.slice(0, -1), terminal] as never[])));
      } finally {
        terminal.endProgress();
      }
    };
}
