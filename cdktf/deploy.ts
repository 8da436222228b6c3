import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../src/commands/errors.ts';
import { endOfError } from '../src/commands/exit-code.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { parseAction, cliCommand } from './cli-command.ts';
import { loadDeployment } from './load-deployment.ts';
import { noteLines } from './notes.ts';

/**
 * `npm run deploy` and `npm run destroy`: runs the cdktf CLI for the stacks of accounts.json, but not for the
 * example.
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
  const [program, ...args] = cliCommand(action, source, options, process.versions.node);
  process.stderr.write(noteLines(source));
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined)
    process.stderr.write(
      `${program} could not be started (${error.message}). ` +
        'It comes with npm: check that it is on the PATH.\n',
    );
  return status ?? 1;
}
