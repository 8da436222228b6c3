import type { CallReport } from '../aws/call-report.ts';
import type { ExitCode } from './exit-code.ts';
import { callLine, useGlobals, type GlobalOptions } from './global-options.ts';
import { openIdentity } from './identity.ts';
import type { Terminal } from './terminal.ts';

/** Commander calls it with the arguments, the options and the command. */
type Action = (...given: unknown[]) => Promise<void>;

/** Takes the arguments, the options and the terminal. */
type Run = (...given: never[]) => Promise<ExitCode>;

/** @param load imports the command's work: for --help, the SDK is not loaded */
export type Act = (load: () => Promise<Run>) => Action;

/** @param end receives the exit code */
export function actionsOn(terminal: Terminal, end: (code: ExitCode) => void): Act {
  return (load) =>
    async (...given) => {
      const options = given.at(-2) as GlobalOptions;
      useGlobals(options);
      const onCall =
        options.debug === true &&
        ((call: CallReport): void => {
          terminal.say(callLine(call));
        });
      terminal.progress({ step: 'working' });
      try {
        const run = await load();
        const used = { ...options, ...(onCall && { onCall }), identity: openIdentity(terminal) };
        end(await run(...([...given.slice(0, -2), used, terminal] as never[])));
      } finally {
        terminal.endProgress();
      }
    };
}
