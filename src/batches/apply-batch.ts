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
 * Carries out the plans of one batch that no earlier attempt has carried out. In an account that an earlier one was at, a key
 * with a result is left; one without is written to again, for nobody knows whether it was: both writes can be repeated.
 * @returns how many accounts were ended now
 * @throws NotApprovedError, ConfigChangedError, LockLostError; RunIdTakenError when another attempt is at work on the batch;
 *   the ledger's error: then nothing more is written to IAM
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
  const left = targets.flatMap((target) => leftToApply(target, accounts.get(target.account.id)));
  const together = stopOnLedgerError(context);
  const look = facts.tagsFromIndex ? recheckOptOuts(context) : undefined;
  try {
    await mapLimited(left, context.config.concurrency.accounts, (account) =>
      applyOne(account, look, together.context).catch(together.onFailure),
    );
  } finally {
    await look?.end();
  }
  return { accounts: left.length };
}

async function checkApproval(facts: RunFacts, { store }: StepDependencies): Promise<void> {
  const { runId } = facts;
  const { records } = await readWriter(store, runId, LIMITS_WRITER);
  const limits = records.find((record) => record.type === 'limits-checked');
  if (!limits)
    throw new NotApprovedError(`The limits of run ${runId} were not checked, so nothing was written.`);
  if (!mayWrite(facts, limits.exceeded))
    throw new NotApprovedError(
      `Run ${runId} is a plan, exceeds a limit, or was told to write nothing, so nothing was written.`,
    );
}

interface LeftToApply {
  readonly target: TargetAccount;
  readonly plan: AccountPlanned;
  readonly writes: FoldedAccount<unknown>['writes'];
}

function leftToApply(
  target: TargetAccount,
  account: FoldedAccount<AccountPlanned> | undefined,
): LeftToApply[] {
  if (!account?.plan || account.finished) return [];
  return [{ target, plan: account.plan, writes: account.writes }];
}

async function applyOne(
  { target, plan: planned, writes }: LeftToApply,
  look: OptOutRecheck | undefined,
  context: RunContext,
): Promise<void> {
  const { id } = target.account;
  const plan = planOf(target, planned, await readMemory(context.store, id));
  const end: AccountEnd =
    (writes.size === 0 ? await look?.check(packPlan(plan)) : undefined) ??
    (await applyAccount(plan, context, [...writes.values()].filter(hasResult)));
  await finishAccount(id, end, context);
}
