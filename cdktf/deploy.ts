import { join } from 'node:path';
import { bundledSource } from './bundle.ts';
import { runAction } from './run-action.ts';

/**
 * `npm run deploy` and `npm run destroy`: synthesises the stacks of accounts.json, but not of the example,
 * and runs Terraform on them. Not the cdktf CLI: docs/adr/0008-stacks.md
 */
const [action, ...words] = process.argv.slice(2);
process.exitCode = await runAction(action, {
  root: join(import.meta.dirname, '..'),
  config: process.env.KEYSWEEP_CONFIG,
  words,
  lambda: bundledSource,
});
