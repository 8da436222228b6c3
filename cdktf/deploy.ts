import { join, resolve } from 'node:path';
import { UsageError } from '../src/commands/errors.ts';
import { endOfError } from '../src/commands/exit-code.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { chosenStacks, parseAction } from './chosen-stacks.ts';
import { loadDeployment } from './load-deployment.ts';
import { noteLines } from './notes.ts';
import { synthesise } from './synthesise.ts';
import { runTerraform } from './terraform.ts';

/**
 * `npm run deploy` and `npm run destroy`: synthesises the stacks of accounts.json, but not of the example,
 * and runs Terraform on them. Not the cdktf CLI: docs/adr/0008-stacks.md
 */
const root = join(import.meta.dirname, '..');
const [named, ...options] = process.argv.slice(2);
try {
  process.exitCode = await run(named, options);
} catch (error) {
  if (!(error instanceof KeysweepError)) throw error;
  const { exitCode, message } = endOfError(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
}

/** @throws ConfigError, UsageError */
async function run(named: string | undefined, options: readonly string[]): Promise<number> {
  const action = parseAction(named);
  const source = await loadDeployment(root, process.env.KEYSWEEP_CONFIG);
  if (source.isExample) {
    throw new UsageError(
      'The example cannot be deployed. ' +
        'Copy accounts.example.json to accounts.json and edit the copy: docs/deployment.md',
    );
  }
  const { stacks, passedOn } = chosenStacks(action, source, options);
  process.stderr.write(noteLines(source));
  const outdir = resolve(await synthesise(source));
  return runTerraform(action, { root, outdir }, stacks, passedOn);
}
