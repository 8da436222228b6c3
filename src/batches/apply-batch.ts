import { UnverifiedObjectError } from '../ledger/errors.ts';
import { readMemory } from '../ledger/memory.ts';
import { readWriter } from '../ledger/read-run.ts';
import type { AccountPlanned, LimitsChecked } from '../ledger/record.ts';
import { foldAccounts, NO_RECORDS, type FoldedAccount } from '../ledger/stored-run.ts';
import type { TargetAccount } from '../targets/target.ts';
import { applyAsTarget } from '../sweep/apply/apply-plans.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { recheckTargets, type TargetRecheck } from '../sweep/apply/recheck-target.ts';
import { finishAccount } from '../sweep/outcome.ts';
import { packPlan } from '../sweep/plan/planned.ts';
import type { RunContext } from '../sweep/run-context.ts';
import { stopOnLedgerError } from '../sweep/stop-on-ledger-error.ts';
import { readBatch, writerOf, type RunFacts } from './batch-file.ts';
import { NotApprovedError } from './errors.ts';
import { LIMITS_WRITER, mayWrite } from './check-limits-step.ts';
import { endAsFailed } from './settle-batches.ts';
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
  const limits = await checkApproval(facts, dependencies);
  const plan = await readWriter(store, runId, writerOf('plan', number));
  const writer = writerOf('apply', number);
  const { records, stored } = await readWriter(store, runId, writer);
  const context = { ...(await stepContext(facts, { writer, stored }, dependencies)), limits };
  const accounts = await foldAccounts([...plan.records, ...records], (record) => record);
  const remaining = targets.flatMap((target) => {
    const { plan, writes, finished } = accounts.get(target.account.id) ?? NO_RECORDS;
    return plan && !finished ? [{ target, plan, writes }] : [];
  });
  const stopping = stopOnLedgerError(context);
  // A process has few accounts and a share of the rate limit: a list of the organization takes longer.
  const recheck = recheckTargets({}, context, Infinity);
  try {
    await mapLimited(remaining, context.config.concurrency.accounts, (account) =>
      applyOne(account, recheck, stopping.context).catch(stopping.onFailure),
    );
  } finally {
    await recheck.end();
  }
  return { accounts: remaining.length };
}

async function checkApproval(facts: RunFacts, { store }: StepDependencies): Promise<LimitsChecked> {
  const { runId } = facts;
  const { records } = await readWriter(store, runId, LIMITS_WRITER);
  const limits = records.find((record) => record.type === 'limits-checked');
  if (!limits)
    throw new NotApprovedError(`The limits of run ${runId} were not checked, so nothing was written.`);
  if (!mayWrite(facts, limits))
    throw new NotApprovedError(
      `Run ${runId} is a plan, exceeds a limit, or must not write, so nothing was written.`,
    );
  return limits;
}

interface RemainingPlan {
  readonly target: TargetAccount;
  readonly plan: AccountPlanned;
  readonly writes: FoldedAccount<unknown>['writes'];
}

async function applyOne(
  { target, plan: planned, writes }: RemainingPlan,
  recheck: TargetRecheck,
  context: RunContext,
): Promise<void> {
  const { id } = target.account;
  const memory = await readMemory(context.store, id).catch(unverified);
  const end =
    memory instanceof UnverifiedObjectError
      ? endAsFailed({ plan: planned, writes }, memory.message)
      : await applyAsTarget(packPlan(planOf(target, planned, memory)), recheck, context, [
          ...writes.values(),
        ]);
  await finishAccount(id, end, context);
}

/** What somebody did to the memory of one account fails that account only. */
function unverified(error: unknown): UnverifiedObjectError {
  if (error instanceof UnverifiedObjectError) return error;
  throw error;
}
