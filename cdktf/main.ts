import { join } from 'node:path';
import { endOfError } from '../src/commands/exit-code.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { loadDeployment } from './load-deployment.ts';
import { noteLines } from './notes.ts';
import { stackNames } from './stack-names.ts';
import { synthesise } from './synthesise.ts';

/** `npm run synth`, and the app of the cdktf CLI: writes the stacks of accounts.json to cdktf.out. */
try {
  const source = await loadDeployment(join(import.meta.dirname, '..'), process.env.KEYSWEEP_CONFIG);
  // The CLI, which sets the folder, shows stderr as errors; deploy.ts has printed the notes already.
  const print =
    process.env.CDKTF_OUTDIR === undefined ? (text: string) => process.stderr.write(text) : () => undefined;
  print(noteLines(source));
  const folder = await synthesise(source);
  const { ledger, others } = stackNames(source);
  print(`Wrote ${[ledger, ...others].join(', ')} to ${folder}.\n`);
} catch (error) {
  if (!(error instanceof KeysweepError)) throw error;
  const { exitCode, message } = endOfError(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
