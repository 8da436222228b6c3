import { UsageError } from '../src/commands/errors.ts';
import type { DeploymentSource } from './load-deployment.ts';
import { stackNames } from './stack-names.ts';

export type Action = 'deploy' | 'destroy';

/** @throws UsageError */
export function parseAction(name: string | undefined): Action {
  if (name === 'deploy' || name === 'destroy') return name;
  throw new UsageError(`Run npm run deploy or npm run destroy. Found: ${name ?? 'neither'}`);
}

/** Destroys the ledger too; an option of `npm run destroy`, not of Terraform. */
const WITH_LEDGER = '--with-ledger';

/** Moves the state into the bucket, and deploys nothing; an option of `npm run deploy`. */
const MIGRATE_STATE = '--migrate-state';

export interface ChosenStacks {
  /** In the order to run them: the ledger comes first and goes last. */
  readonly stacks: readonly string[];
  /** For `terraform apply` or `terraform destroy`. */
  readonly passedOn: readonly string[];
  readonly migratesState: boolean;
}

/**
 * @param options the arguments after `--`: names of stacks (default: all), then options of Terraform
 * @throws UsageError when a stack does not exist
 */
export function chosenStacks(
  action: Action,
  source: DeploymentSource,
  options: readonly string[],
): ChosenStacks {
  const { ledger, others } = stackNames(source);
  const every = action === 'deploy' ? [ledger, ...others] : [...others, ledger];
  const [named, passedOn] = splitOptions(options, every);
  const all = action === 'deploy' || options.includes(WITH_LEDGER) ? every : others;
  return {
    stacks: named.length > 0 ? every.filter((name) => named.includes(name)) : all,
    passedOn: passedOn.filter((option) => option !== WITH_LEDGER && option !== MIGRATE_STATE),
    migratesState: action === 'deploy' && options.includes(MIGRATE_STATE),
  };
}

/** Names of stacks come before the first option: after it, a word may be its value. */
function splitOptions(
  options: readonly string[],
  stacks: readonly string[],
): readonly [named: readonly string[], passedOn: readonly string[]] {
  const first = options.findIndex((option) => option.startsWith('-'));
  const end = first === -1 ? options.length : first;
  const named = options.slice(0, end);
  const unknown = named.find((name) => !stacks.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Stack ${unknown} does not exist. The stacks are ${stacks.join(', ')}.`);
  return [named, options.slice(end)];
}
