import { join } from 'node:path';
import { endOfError } from '../src/commands/exit-code.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { loadDeployment } from './load-deployment.ts';
import { noticeLines } from './notices.ts';
import { stackNames } from './stack-names.ts';
import { synthesise } from './synthesise.ts';

/** Writes the stacks of accounts.json to cdktf.out; the cdktf CLI runs it too. Nothing is written when accounts.json is wrong. */
try {
  const source = await loadDeployment(join(import.meta.dirname, '..'), process.env.KEYSWEEP_CONFIG);
  // Under the CLI, which names the folder, whatever goes to stderr is shown as an error; deploy.ts has told the notices.
  const tell =
    process.env.CDKTF_OUTDIR === undefined ? (text: string) => process.stderr.write(text) : () => undefined;
  tell(noticeLines(source));
  const folder = await synthesise(source);
  const { ledger, others } = stackNames(source);
  tell(`Wrote ${[ledger, ...others].join(', ')} to ${folder}.\n`);
} catch (error) {
  if (!(error instanceof KeysweepError)) throw error;
  const { exitCode, message } = endOfError(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}
