import type { Config } from '../../config/schema.ts';
import type {
  AccountFinished,
  AccountInventoried,
  InventoriedKey,
  KeyInventory,
  RunSummary,
} from '../../ledger/record.ts';
import type { ListedUnit } from '../../organization/ou-tree.ts';
import type { Filters } from '../../targets/filters.ts';
import { selectTargets } from '../../targets/select-targets.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { beginRun, isFiltered, type RunToBegin } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { throwStopped } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import { accountFinished, endOfFailure, endOfInventory } from '../outcome.ts';
import { readingFailure } from '../plan/plan-targets.ts';
import { startProgress } from '../progress.ts';
import { recordSurvey, surveyOrAbandon } from '../run.ts';
import type { RunContext, RunDependencies } from '../run-context.ts';
import type { Survey } from '../survey/survey-organization.ts';
import { inventoryAccount, type ToRead } from './inventory-account.ts';

export type InventoryRequest = Pick<RunToBegin, 'filters' | 'runId' | 'reason' | 'scheduledFor'> & ToRead;

/**
 * Lists every access key of the targets and of accounts that are opted out. Reads only, so it takes no lock.
 * @throws what runSweep throws before it plans; the ledger's error
 */
export async function runInventory(
  request: InventoryRequest,
  dependencies: RunDependencies,
): Promise<RunSummary> {
  const { filters } = request;
  const run = { ...request, mode: 'inventory' } as const;
  const context = await beginRun(run, dependencies).catch(throwStopped);
  const survey = await surveyOrAbandon(run, { ...context, withUnits: true });
  const optedOut = optedOutTargets(survey, filters, context);
  const leftOut = survey.leftOut.filter(({ account }) => !optedOut.some((own) => own.account === account));
  const excluded = await recordSurvey({ ...survey, leftOut }, context);
  const targets = [...survey.targets, ...optedOut];
  const countDone = startProgress(context.progress, 'planning', targets.length);
  const read = await mapLimited(targets, context.config.concurrency.accounts, async (target) => {
    const one = await readAccount(target, { ...request, optedOut: optedOut.includes(target) }, context);
    countDone();
    return one;
  });
  const finished = [...excluded, ...read.map((one) => one.finished)];
  const accounts = read.flatMap(({ inventory }) => inventory ?? []);
  return concludeRun(
    {
      ...{ mode: 'inventory', filtered: isFiltered(filters), exceeded: [], problems: [] },
      ...{ listed: survey.accounts, departed: survey.departed, warnings: survey.warnings, finished },
      inventory: countInventory(accounts, finished, context),
    },
    context,
  );
}

/** Sweeps leave them alone, but the role is there. */
function optedOutTargets(
  { leftOut, units = [] }: Survey,
  filters: Filters,
  { config, startedAt: now }: RunContext,
): readonly TargetAccount[] {
  const pathTo = (isNext: (unit: ListedUnit) => boolean): string[] => {
    const unit = units.find(isNext);
    return unit ? [...pathTo(({ id }) => id === unit.parent), unit.id] : [];
  };
  const accounts = leftOut.filter(({ outcome }) => outcome === 'opted-out').map(({ account }) => account);
  const placements = new Map(
    accounts.map(({ id }) => {
      const path = pathTo((unit) => unit.accounts.includes(id));
      return [id, { known: true, path }] as const;
    }),
  );
  const withoutOptOuts: Config = { ...config, optOuts: [], optOutTag: false };
  const input = { accounts, placements, config: withoutOptOuts, filters, now, optOutTags: new Map() };
  return selectTargets(input).targets;
}

interface Read {
  readonly finished: AccountFinished;
  readonly inventory: AccountInventoried | undefined;
}

/** @throws the ledger's error */
async function readAccount(
  target: TargetAccount,
  toRead: Parameters<typeof inventoryAccount>[1],
  context: RunContext,
): Promise<Read> {
  const found = await inventoryAccount(target, toRead, context).catch((error: unknown) =>
    readingFailure(error, context),
  );
  const inventory = 'type' in found ? found : undefined;
  const end = 'type' in found ? endOfInventory(found) : endOfFailure(found);
  const finished = accountFinished(target.account.id, end, context.now());
  await context.log.append(inventory ? [inventory, finished] : [finished]);
  return { finished, inventory };
}

function countInventory(
  accounts: readonly AccountInventoried[],
  finished: readonly AccountFinished[],
  { runId, startedAt }: RunContext,
): KeyInventory {
  const keys = accounts.flatMap((account) => account.keys);
  const count = (of: InventoriedKey['governance']): number =>
    keys.filter(({ governance }) => governance === of).length;
  return {
    runId,
    at: startedAt.toISOString(),
    ...{ governed: count('governed'), exempt: count('exempt') },
    ...{ optedOut: count('opted-out'), notInGroups: count('not-in-groups') },
    rootKeys: accounts.reduce((sum, { rootKeys }) => sum + rootKeys, 0),
    // Nobody can use the keys of an account that is not active.
    accountsNotRead: finished.filter(({ outcome }) => !['inventoried', 'not-active'].includes(outcome))
      .length,
  };
}
