import type { RunSummary } from '../../ledger/record.ts';
import { findAccountOus } from '../../organization/ou-tree.ts';
import { neededLookups } from '../../targets/lookups.ts';
import { settingsFor } from '../../targets/settings.ts';
import { beginRun, underLock, type RunDependencies } from '../begin.ts';
import { concludeRun } from '../conclude.ts';
import { mapLimited } from '../map-limited.ts';
import { endOfFailure } from '../outcome.ts';
import type { RunContext } from '../run-context.ts';
import { stopOnLedgerError } from '../stop-on-ledger-error.ts';
import { undoAccount, type UndoTarget } from './undo-account.ts';
import { noticesOfUndo } from './undo-notices.ts';
import type { UndoPlan } from './plan-undo.ts';
import { openConcurrency } from '../concurrency.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Activates again what a run, and no later one, deactivated and is still inactive, and holds its keys so that the next sweep leaves them
 * alone. What another undo has activated before it only holds. It asks neither scope nor opt-outs: an account that was opted out after a mistake can be restored.
 * @param holdDays how long sweeps leave the keys alone
 * @throws CallFailedError when the caller or the organization cannot be told; OtherOrganizationError; LockHeldError; the
 *   ledger's error
 */
export async function applyUndo(
  plan: UndoPlan,
  holdDays: number,
  dependencies: RunDependencies,
): Promise<RunSummary> {
  const { runId: undoOf, organizationId } = plan;
  const onlyIn = { what: `run ${undoOf}`, organizationId };
  const context = await beginRun({ mode: 'undo', filters: {}, undoOf, onlyIn }, dependencies);
  return underLock(context, () => undoAccounts(plan, holdDays, context));
}

async function undoAccounts(plan: UndoPlan, holdDays: number, context: RunContext): Promise<RunSummary> {
  const listed = plan.accounts.map(({ account }) => account);
  await context.log.append([{ type: 'accounts-listed', at: context.now().toISOString(), accounts: listed }]);
  const targets = await targetsOf(plan, context);
  const until = new Date(context.startedAt.getTime() + holdDays * DAY);
  const together = stopOnLedgerError(context);
  const width = openConcurrency(context.config.concurrency.accounts, context.clients.traffic);
  let done = 0;
  const tell = (): void => context.progress({ step: 'applying', done, total: targets.length });
  tell();
  const ends = await mapLimited(targets, width.limit, async (target) => {
    const end = await undoAccount(target, until, together.context).catch(together.onFailure);
    done += 1;
    tell();
    return end;
  }).finally(width.close);
  return concludeRun(
    {
      mode: 'undo',
      undoOf: plan.runId,
      filtered: true,
      listed,
      finished: ends.map(({ finished }) => finished),
      exceeded: [],
      problems: ends.flatMap(({ problems }) => problems),
      notices: noticesOfUndo(plan, ends, until),
    },
    context,
  );
}

/** The role to assume may depend on the OU. */
async function targetsOf({ accounts }: UndoPlan, context: RunContext): Promise<UndoTarget[]> {
  const { config, clients, deadline } = context;
  const placements = neededLookups(config, {}).placements
    ? await findAccountOus(
        clients.organizations,
        accounts.map(({ account }) => account),
        deadline.reading,
      )
    : undefined;
  return accounts.map((undo) => {
    const { account } = undo;
    const placement = placements?.byAccount.get(account.id) ?? { known: true, path: [] };
    if (!placement.known) return { undo, end: endOfFailure(placement.failure) };
    return { undo, target: { account, settings: settingsFor(account, placement.path, config) } };
  });
}
