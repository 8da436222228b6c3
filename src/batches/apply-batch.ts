import { readMemory } from '../ledger/memory.ts';
import { readWriter } from '../ledger/read-run.ts';
import type { AccountPlanned } from '../ledger/record.ts';
import { foldAccounts, hasResult, type FoldedAccount } from '../ledger/stored-run.ts';
import type { TargetAccount } from '../targets/target.ts';
import { applyAccount } from '../sweep/apply/apply-account.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { recheckOptOuts, type OptOutRecheck } from '../sweep/apply/recheck-opt-outs.ts';
import { finishAccount, type AccountEnd } from '../sweep/outcome.ts';
import { packPlan } from '../sweep/plan/planned.ts';
import type { RunContext } from '../sweep/run-context.ts';
import { stopOnLedgerError } from '../sweep/stop-on-ledger-error.ts';
import { readBatch, writerOf, type RunFacts } from './batch-file.ts';
import { NotApprovedError } from './errors.ts';
import { LIMITS_WRITER, mayWrite } from './check-limits-step.ts';
import { planOf } from './stored-plan.ts';
import { stepContext, type StepDependencies } from './step-context.ts';

/**
 * Applies the plans of one batch that no earlier attempt has finished. Keys without a recorded result are
 * written to again: writes can be repeated.
 * @returns the number of accounts that were finished
 * @throws NotApprovedError, ConfigChangedError, LockLostError; RunIdTakenError if another attempt is running;
 *   the ledger's error, after which nothing more is written to IAM
 */
export async function applyBatch(
  runId: string,
  number: number,
  dependencies: StepDependencies,
): Promise<{ readonly accounts: number }> {
  const { store } = dependencies;
  const { facts, targets } = await readBatch(store, runId, number);
  await checkApproval(facts, dependencies);
  const plan = await readWriter(store, runId, writerOf('plan', number));
  const writer = writerOf('apply', number);
  const { records, stored } = await readWriter(store, runId, writer);
  const context = await stepContext(facts, { writer, stored }, dependencies);
  const accounts = await foldAccounts([...plan.records, ...records], (record) => record);
  const remaining = targets.flatMap((target) => remainingPlan(target, accounts.get(target.account.id)));
  const stopping = stopOnLedgerError(context);
  const recheck = facts.tagsFromIndex ? recheckOptOuts(context) : undefined;
  try {
    await mapLimited(remaining, context.config.concurrency.accounts, (account) =>
      applyOne(account, recheck, stopping.context).catch(stopping.onFailure),
    );
  } finally {
    await recheck?.end();
  }
  return { accounts: remaining.length };
}

async function checkApproval(facts: RunFacts, { store }: StepDependencies): Promise<void> {
  const { runId } = facts;
  const { records } = await readWriter(store, runId, LIMITS_WRITER);
  const limits = records.find((record) => record.type === 'limits-checked');
  if (!limits)
    throw new NotApprovedError(`The limits of run ${runId} were not checked, so nothing was written.`);
  if (!mayWrite(facts, limits.exceeded))
    throw new NotApprovedError(
      `Run ${runId} is a plan, exceeds a limit, or must not write, so nothing was written.`,
    );
}

interface RemainingPlan {
  readonly target: TargetAccount;
  readonly plan: AccountPlanned;
  readonly writes: FoldedAccount<unknown>['writes'];
}

function remainingPlan(
  target: TargetAccount,
  account: FoldedAccount<AccountPlanned> | undefined,
): RemainingPlan[] {
  if (!account?.plan || account.finished) return [];
  return [{ target, plan: account.plan, writes: account.writes }];
}

async function applyOne(
  { target, plan: planned, writes }: RemainingPlan,
  recheck: OptOutRecheck | undefined,
  context: RunContext,
): Promise<void> {
  const { id } = target.account;
  const plan = planOf(target, planned, await readMemory(context.store, id));
  const end: AccountEnd =
    (writes.size === 0 ? await recheck?.check(packPlan(plan)) : undefined) ??
    (await applyAccount(plan, context, [...writes.values()].filter(hasResult)));
  await finishAccount(id, end, context);
}
