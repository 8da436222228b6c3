import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { UsageError } from '../src/commands/errors.ts';
import { endOfError } from '../src/commands/exit-code.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { actionNamed, cliCommand } from './cli-command.ts';
import { loadDeployment } from './load-deployment.ts';
import { noticeLines } from './notices.ts';

/** `npm run deploy` and `npm run destroy`: asks the cdktf CLI for the stacks of accounts.json, and refuses the example. */
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

/** @throws ConfigError when accounts.json is wrong; UsageError when it is the example, or the command line is wrong */
async function run(named: string | undefined, options: readonly string[]): Promise<number> {
  const action = actionNamed(named);
  const source = await loadDeployment(root, process.env.KEYSWEEP_CONFIG);
  if (source.isExample) {
    throw new UsageError(
      `accounts.example.json is only an example, so nothing was done. Copy it to accounts.json and edit that: docs/deployment.md`,
    );
  }
  const [program, ...args] = cliCommand(action, source, options, process.versions.node);
  process.stderr.write(noticeLines(source));
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined)
    process.stderr.write(
      `${program} could not be started (${error.message}). It comes with npm: see that it is on the PATH.\n`,
    );
  return status ?? 1;
}
