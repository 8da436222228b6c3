import { runAction } from '../../../cdktf/run-action.ts';

/** `keysweep deploy` in the working folder, with a Lambda that does nothing. */
const [action, ...words] = process.argv.slice(2);
process.exitCode = await runAction(action, {
  root: process.cwd(),
  config: undefined,
  words,
  lambda: () => Promise.resolve(Buffer.from('export const handler = () => undefined;')),
});
