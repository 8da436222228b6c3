import { openSession } from '../access/session.ts';
import { failureOf } from '../calls/failure.ts';
import { accessKeys } from '../iam/keys.ts';
import { hold, readMemory, writeMemory } from '../ledger/memory.ts';
import type { AccountFinished, IntendedWrite, RunSummary } from '../ledger/record.ts';
import type { StoredWrite } from '../ledger/stored-run.ts';
import { NO_KEYS } from '../ledger/totals.ts';
import { findPlacements } from '../organization/placements.ts';
import { neededLookups } from '../scope/lookups.ts';
import { settingsFor } from '../scope/settings.ts';
import type { TargetAccount } from '../scope/target.ts';
import { beginRun, type RunDependencies } from './begin.ts';
import { concludeRun } from './conclude.ts';
import { every } from './every.ts';
import { finishAccount } from './finish-account.ts';
import { countKeys, endOfFailure, failedWrites, type AccountEnd } from './outcome.ts';
import type { RunContext } from './run-context.ts';
import { stopTogether } from './stop-together.ts';
import type { AccountUndo, UndoPlan } from './undo-plan.ts';
import { writeKeys } from './write-keys.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Activates again what a run deactivated and is still inactive, and holds those keys so that the next sweep leaves them
 * alone. It asks neither scope nor opt-outs: an account that was opted out after a mistake can be restored.
 * @param holdDays how long sweeps leave the keys alone
 * @throws CallFailedError when the caller or the organization cannot be told; LockHeldError; the ledger's error
 */
export async function applyUndo(
  plan: UndoPlan,
  holdDays: number,
  dependencies: RunDependencies,
): Promise<RunSummary> {
  const context = await beginRun({ mode: 'undo', filters: {}, undoOf: plan.runId }, dependencies);
  try {
    return await undoAccounts(plan, holdDays, context);
  } finally {
    await context.lock.release();
  }
}

async function undoAccounts(plan: UndoPlan, holdDays: number, context: RunContext): Promise<RunSummary> {
  const listed = plan.accounts.map(({ account }) => account);
  await context.log.append([{ type: 'accounts-listed', at: context.now().toISOString(), accounts: listed }]);
  const targets = await targetsOf(plan, context);
  const until = new Date(context.startedAt.getTime() + holdDays * DAY);
  const together = stopTogether(context);
  const finished = await every(targets, context.config.concurrency.accounts, (target) =>
    undoAccount(target, until, together.context).catch(together.onFailure),
  );
  const undone = {
    mode: 'undo',
    undoOf: plan.runId,
    filtered: true,
    exceeded: [],
    problems: [],
    notices: [],
  } as const;
  return concludeRun({ ...undone, listed, finished }, context);
}

type UndoTarget =
  | { readonly target: TargetAccount; readonly undo: AccountUndo }
  | { readonly undo: AccountUndo; readonly end: AccountEnd };

/** The role to assume may depend on the OU. */
async function targetsOf({ accounts }: UndoPlan, context: RunContext): Promise<UndoTarget[]> {
  const { config, clients, deadline } = context;
  const { byAccount } = neededLookups(config, {}).placements
    ? await findPlacements(
        clients.organizations,
        accounts.map(({ account }) => account),
        deadline.reading,
      )
    : { byAccount: undefined };
  return accounts.map((undo) => {
    const { account } = undo;
    const placement = byAccount?.get(account.id) ?? { known: true, path: [] };
    if (!placement.known) return { undo, end: endOfFailure(placement.failure) };
    return { undo, target: { account, settings: settingsFor(account, placement.path, config) } };
  });
}

async function undoAccount(
  undoTarget: UndoTarget,
  until: Date,
  context: RunContext,
): Promise<AccountFinished> {
  const { account } = undoTarget.undo;
  const end =
    'end' in undoTarget
      ? undoTarget.end
      : await restoreOrExplain(undoTarget.target, undoTarget.undo, until, context);
  return finishAccount(account.id, end, context);
}

async function restoreOrExplain(
  target: TargetAccount,
  { restorable }: AccountUndo,
  until: Date,
  context: RunContext,
): Promise<AccountEnd> {
  const read = await stillInactive(target, restorable, context).catch((error: unknown) =>
    failureOf('keysweep', error),
  );
  if ('kind' in read) return endOfFailure(read);
  const writes = read.map(reactivation);
  if (writes.length === 0) return { outcome: 'nothing-due', reason: '', keys: NO_KEYS };
  // The hold comes first: a key that is active and not held would be taken by the next sweep.
  const { id } = target.account;
  await writeMemory(
    context.store,
    id,
    hold(await readMemory(context.store, id), writes, until, context.runId),
  );
  const results = await writeKeys(target, writes, context);
  return { outcome: 'swept', reason: '', keys: countKeys([], results), ...failedWrites(results) };
}

/** A key may have been deleted or activated since; only inactive ones are touched. */
async function stillInactive(
  { account, settings }: TargetAccount,
  restorable: readonly StoredWrite[],
  { clients, caller, runId, deadline }: RunContext,
): Promise<StoredWrite[]> {
  if (restorable.length === 0) return [];
  const session = { partition: caller.partition, accountId: account.id, role: settings.rotationRole, runId };
  const credentials = await openSession(
    clients.sts,
    { ...session, purpose: { reads: true } },
    deadline.reading,
  );
  const iam = clients.iam(credentials);
  const userNames = [...new Set(restorable.map(({ userName }) => userName))];
  const keys = await every(userNames, settings.callsPerAccount, (name) =>
    accessKeys(iam, name, deadline.reading),
  );
  const inactive = new Set(
    keys
      .flat()
      .filter(({ status }) => status === 'Inactive')
      .map(({ accessKeyId }) => accessKeyId),
  );
  return restorable.filter(({ accessKeyId }) => inactive.has(accessKeyId));
}

function reactivation({ accessKeyId, userName }: StoredWrite): IntendedWrite {
  return { accessKeyId, userName, action: 'reactivate', reason: 'undo', statusBefore: 'Inactive' };
}
