import { readFile } from 'node:fs/promises';
import { runAction } from './run-action.ts';

export { VERSION as version } from '../src/config/version.ts';

/** The entry of the package keysweep-deploy, which `keysweep synth`, `deploy` and `destroy` load. */
export function run(action: string, config: string, words: readonly string[]): Promise<number> {
  return runAction(action, { root: process.cwd(), config, words, lambda: readLambda });
}

function readLambda(): Promise<Uint8Array> {
  return readFile(new URL('lambda.mjs', import.meta.url));
}
