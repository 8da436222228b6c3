import type { CallReport } from '../aws/call-report.ts';
import type { ExitCode } from './exit-code.ts';
import { callLine, useGlobals, type GlobalOptions } from './global-options.ts';
import type { Terminal } from './terminal.ts';

/** Commander calls it with the arguments, the options and the command. */
type Action = (...given: unknown[]) => Promise<void>;

/** @param run takes the arguments, the options and the terminal */
export type Act = (run: (...given: never[]) => Promise<ExitCode>) => Action;

/** @param end receives the exit code */
export function actionsOn(terminal: Terminal, end: (code: ExitCode) => void): Act {
  return (run) =>
    async (...given) => {
      const options = given.at(-2) as GlobalOptions;
      useGlobals(options);
      const onCall = options.debug === true && ((call: CallReport) => void terminal.say(callLine(call)));
      terminal.progress({ step: 'working' });
      try {
        const used = { ...options, ...(onCall && { onCall }) };
        end(await run(...([...given.slice(0, -2), used, terminal] as never[])));
      } finally {
        terminal.endProgress();
      }
    };
}
