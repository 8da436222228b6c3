import { resolve } from 'node:path';
import { endOfError } from '../src/commands/exit-code.ts';
import { UsageError } from '../src/commands/errors.ts';
import { KeysweepError } from '../src/config/errors.ts';
import { checkStates } from './check-states.ts';
import { type Action, chosenStacks, parseAction } from './chosen-stacks.ts';
import { loadDeployment } from './load-deployment.ts';
import { migrateStates, readStates } from './migrate-states.ts';
import { noteLines } from './notes.ts';
import { stackNames } from './stack-names.ts';
import { type LambdaSource, synthesise } from './synthesise.ts';
import { runTerraform } from './terraform.ts';

export interface ActionRequest {
  /** Contains accounts.json, and gets cdktf.out and the lock file of Terraform. */
  readonly root: string;
  /** Replaces accounts.json. */
  readonly config: string | undefined;
  /** Names of stacks, then options of Terraform; for synth `--modules FOLDER`, or nothing. */
  readonly words: readonly string[];
  readonly lambda: LambdaSource;
}

/** @param action synth, deploy or destroy. Prints what is wrong. @returns the exit code */
export async function runAction(action: string | undefined, request: ActionRequest): Promise<number> {
  try {
    return action === 'synth' ? await synth(request) : await runStacks(parseAction(action), request);
  } catch (error) {
    if (!(error instanceof KeysweepError)) throw error;
    const { exitCode, message } = endOfError(error);
    process.stderr.write(`${message}\n`);
    return exitCode;
  }
}

/** @throws ConfigError, UsageError */
async function synth({ root, config, words, lambda }: ActionRequest): Promise<number> {
  const modules = parseWords(words);
  const source = await loadDeployment(root, config);
  // The CLI of cdktf, which sets the folder, shows stderr as errors.
  const print =
    process.env.CDKTF_OUTDIR === undefined ? (text: string) => process.stderr.write(text) : () => undefined;
  print(noteLines(source));
  const folder = await synthesise(source, lambda, modules && resolve(root, modules));
  const { ledger, others } = stackNames(source);
  print(`Wrote ${[ledger, ...others].join(', ')} to ${folder}.\n`);
  if (modules !== undefined) print(`Wrote their modules to ${modules}.\n`);
  return 0;
}

/** @returns the folder for the modules @throws UsageError */
function parseWords([option, folder, ...more]: readonly string[]): string | undefined {
  if (option === undefined) return undefined;
  if (option === '--modules' && folder !== undefined && more.length === 0) return folder;
  throw new UsageError('synth takes no other words than --modules FOLDER');
}

/** @throws ConfigError, UsageError, CallFailedError */
async function runStacks(action: Action, { root, config, words, lambda }: ActionRequest): Promise<number> {
  const source = await loadDeployment(root, config);
  if (source.isExample) {
    throw new UsageError(
      'The example cannot be deployed. ' +
        'Copy accounts.example.json to accounts.json and edit the copy: docs/deployment.md',
    );
  }
  const { stacks, passedOn, migratesState } = chosenStacks(action, source, words);
  const { deployment } = source.config;
  if (!migratesState) checkStates(action, source, await readStates(deployment, root));
  process.stderr.write(noteLines(source));
  const folders = { root, outdir: resolve(await synthesise(source, lambda)) };
  return migratesState ? migrateStates(deployment, folders) : runTerraform(action, folders, stacks, passedOn);
}
