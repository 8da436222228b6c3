import { join } from 'node:path';
import { ConfigError } from '../src/config/problem.ts';
import { loadDeployment } from './load-deployment.ts';
import { notices } from './notices.ts';
import { synthesise } from './synthesise.ts';

/** Writes the stacks of accounts.json to cdktf.out; the cdktf CLI runs it too. Nothing is written when accounts.json is wrong. */
try {
  const source = await loadDeployment(join(import.meta.dirname, '..'), process.env.KEYSWEEP_CONFIG);
  for (const notice of notices(source)) process.stderr.write(`notice: ${notice}\n`);
  await synthesise(source);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
