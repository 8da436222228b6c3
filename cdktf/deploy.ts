import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ConfigError } from '../src/config/problem.ts';
import { cliCommand } from './cli-command.ts';
import { loadDeployment } from './load-deployment.ts';

/** `npm run deploy` and `npm run destroy`: asks the cdktf CLI for the stacks of accounts.json, and refuses the example. */
const root = join(import.meta.dirname, '..');
const [action, ...options] = process.argv.slice(2);
process.exitCode = await run(action === 'destroy' ? 'destroy' : 'deploy', options);

async function run(action: 'deploy' | 'destroy', options: readonly string[]): Promise<number> {
  try {
    const source = await loadDeployment(root, process.env.KEYSWEEP_CONFIG);
    if (source.isExample) {
      process.stderr.write(
        `The example is not to ${action}. Copy accounts.example.json to accounts.json and make it yours: docs/deployment.md\n`,
      );
      return 2;
    }
    const [program, ...args] = cliCommand(action, source, options, process.versions.node);
    return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}
