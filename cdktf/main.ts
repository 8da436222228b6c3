import { join } from 'node:path';
import { bundledSource } from './bundle.ts';
import { runAction } from './run-action.ts';

/** `npm run synth`, and the app of the cdktf CLI: writes the stacks of accounts.json to cdktf.out. */
process.exitCode = await runAction('synth', {
  root: join(import.meta.dirname, '..'),
  config: process.env.KEYSWEEP_CONFIG,
  words: process.argv.slice(2),
  lambda: bundledSource,
});
