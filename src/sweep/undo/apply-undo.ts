import pLimit from 'p-limit';

import type { RunSummary } from '../../ledger/record.ts';
import { walkTree } from '../../organization/ou-tree.ts';
import { usesOrganizationalUnits } from '../../targets/classify.ts';
import { settingsFor } from '../../targets/settings.ts';
import { beginRun, withLock, type RunToBegin } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { throwStopped } from '../errors.ts';
import { mapLimited } from '../map-limited.ts';
import { endOfFailure } from '../outcome.ts';
import type { RunContext, RunDependencies } from '../run-context.ts';
import { startProgress } from '../progress.ts';
import { stopOnLedgerError } from '../stop-on-ledger-error.ts';
import { undoAccount, type UndoTarget } from './undo-account.ts';
import { warningsOfUndo } from './undo-warnings.ts';
import type { UndoPlan } from './plan-undo.ts';

const DAY = 24 * 60 * 60 * 1000;

export type UndoRequest = Pick<RunToBegin, 'reason' | 'overrideUsers' | 'leakedKeys'>;

/**
 * Reactivates the keys that a run, and no later one, deactivated, and holds them so that sweeps leave them
 * alone. Keys that an earlier undo has reactivated are only held. Scope and opt-outs do not matter: an
 * account that was opted out after a mistake can be restored. What AWS says about the users does.
 * @throws CallFailedError when the caller or the organization is unknown; RunStoppedError before that;
 *   OtherOrganizationError; LockHeldError; the ledger's error
 */
export async function applyUndo(
  plan: UndoPlan,
  holdDays: number,
  dependencies: RunDependencies,
  request: UndoRequest = {},
): Promise<RunSummary> {
  const { runId: undoOf, organizationId } = plan;
  const basedOn = { what: `Run ${undoOf}`, organizationId };
  const run = { ...request, mode: 'undo', filters: {}, undoOf, basedOn } as const;
  const context = await beginRun(run, dependencies).catch(throwStopped);
  return withLock(context, () => undoAccounts(plan, holdDays, request, context));
}

async function undoAccounts(
  plan: UndoPlan,
  holdDays: number,
  { reason = '', overrideUsers = [], leakedKeys = [] }: UndoRequest,
  context: RunContext,
): Promise<RunSummary> {
  const listed = plan.accounts.map(({ account }) => account);
  await context.log.append([{ type: 'accounts-listed', at: context.now().toISOString(), accounts: listed }]);
  const targets = await targetsOf(plan, context);
  const until = new Date(context.startedAt.getTime() + holdDays * DAY);
  const together = stopOnLedgerError(context);
  const limit = pLimit(context.config.concurrency.accounts);
  const countDone = startProgress(context.progress, 'applying', targets.length);
  const undone = await mapLimited(targets, limit, async (target) => {
    const request = { until, reason, overrideUsers, leakedKeys };
    const account = await undoAccount(target, request, together.context).catch(together.onFailure);
    countDone();
    return account;
  });
  return concludeRun(
    {
      mode: 'undo',
      undoOf: plan.runId,
      filtered: true,
      listed,
      finished: undone.map(({ finished }) => finished),
      exceeded: [],
      problems: undone.flatMap(({ problems }) => problems),
      warnings: warningsOfUndo(plan, undone, until),
    },
    context,
  );
}

/** The role to assume may depend on the OU. */
async function targetsOf({ accounts }: UndoPlan, context: RunContext): Promise<UndoTarget[]> {
  const { config, clients, deadline } = context;
  const tree = usesOrganizationalUnits(config, {})
    ? await walkTree(clients.organizations, deadline.reading, { accounts: true })
    : undefined;
  return accounts.map((undo) => {
    const { account } = undo;
    const placement = tree?.placementOf(account.id) ?? { known: true, path: [] };
    if (!placement.known) return { undo, end: endOfFailure(placement.failure) };
    return { undo, target: { account, settings: settingsFor(account, placement.path, config) } };
  });
}
