import pLimit from 'p-limit';

import type { Failure } from '../../aws/failure.ts';
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
import { lastInventory } from '../../ledger/runs.ts';
import { settingsFor } from '../../targets/settings.ts';
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
import { inventoryAccount, type InventoryTarget, type ToRead } from './inventory-account.ts';

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
  const optedOut = optedOutTargets(survey, filters, context.config);
  const targets = [...survey.targets.map((target) => ({ ...target, optedOut: false })), ...optedOut];
  const ids = new Set(optedOut.map(({ account }) => account.id));
  const leftOut = survey.leftOut.filter(({ account }) => !ids.has(account.id));
  const excluded = await recordSurvey({ ...survey, leftOut }, context);
  const countDone = startProgress(context.progress, 'planning', targets.length);
  const read = await mapLimited(targets, pLimit(context.config.concurrency.accounts), async (target) => {
    const one = await readAccount(target, request, context);
    countDone();
    return one;
  });
  const before = await lastInventory(context.store, context.organization.id).catch(() => undefined);
  const finished = [...excluded, ...read.map((one) => one.finished)];
  return concludeRun(
    {
      ...{ mode: 'inventory', filtered: isFiltered(filters), exceeded: [], problems: [] },
      ...{ listed: survey.accounts, departed: survey.departed, warnings: survey.warnings, finished },
      inventory: {
        ...countInventory(
          read.flatMap(({ inventory }) => inventory ?? []),
          finished,
          context,
        ),
        ...(before && { before: withoutBefore(before) }),
      },
    },
    context,
  );
}

/** Sweeps leave them alone, but the role is there. */
function optedOutTargets(survey: Survey, { accounts, organizationalUnits }: Filters, config: Config) {
  const units = survey.units ?? [];
  return survey.leftOut.flatMap(({ account, outcome }): InventoryTarget[] => {
    const path = pathOf(account.id, units);
    const isSelected =
      organizationalUnits === undefined ||
      accounts?.includes(account.id) === true ||
      organizationalUnits.some((id) => path.includes(id));
    if (outcome !== 'opted-out' || !isSelected) return [];
    return [{ account, optedOut: true, settings: settingsFor(account, path, config) }];
  });
}

/** IDs from the root down. */
function pathOf(accountId: string, units: readonly ListedUnit[]): string[] {
  const path: string[] = [];
  let unit = units.find(({ accounts }) => accounts.includes(accountId));
  while (unit) {
    const { id, parent } = unit;
    path.unshift(id);
    unit = units.find((other) => other.id === parent);
  }
  return path;
}

interface Read {
  readonly finished: AccountFinished;
  readonly inventory?: AccountInventoried;
}

/** @throws the ledger's error */
async function readAccount(target: InventoryTarget, toRead: ToRead, context: RunContext): Promise<Read> {
  const { id } = target.account;
  const inventory = await inventoryOrFailure(target, toRead, context);
  const isRead = 'type' in inventory;
  const end = isRead ? endOfInventory(inventory) : endOfFailure(inventory);
  const finished = accountFinished(id, end, context.now());
  await context.log.append(isRead ? [inventory, finished] : [finished]);
  return { finished, ...(isRead && { inventory }) };
}

/** Never rejects. */
async function inventoryOrFailure(
  target: InventoryTarget,
  toRead: ToRead,
  context: RunContext,
): Promise<AccountInventoried | Failure> {
  try {
    context.deadline.reading.throwIfAborted();
    return await inventoryAccount(target, toRead, context);
  } catch (error) {
    return readingFailure(error, context);
  }
}

function withoutBefore({ before: _, ...inventory }: KeyInventory): Omit<KeyInventory, 'before'> {
  return inventory;
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
