import { readWriter } from '../ledger/read-run.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import type { TargetAccount } from '../targets/target.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { accountFinished, endOfFailure, endOfPlan } from '../sweep/outcome.ts';
import { endThrottled } from '../sweep/plan/end-throttled.ts';
import { accountPlanned, planOrFailure } from '../sweep/plan/plan-targets.ts';
import { planFileFilter } from '../sweep/plan/plan-file-filter.ts';
import type { RunContext } from '../sweep/run-context.ts';
import { readBatch, writerOf } from './batch-file.ts';
import { stepContext, type StepDependencies } from './step-context.ts';

/**
 * Plans the accounts of one batch that no earlier attempt has planned. Accounts that cannot be read, or that
 * must not be written to, are finished.
 * @returns the number of accounts
 * @throws ConfigChangedError, LockLostError; RunIdTakenError if another attempt is running; the ledger's
 *   error
 */
export async function planBatch(
  runId: string,
  number: number,
  dependencies: StepDependencies,
): Promise<{ readonly accounts: number }> {
  const { facts, targets } = await readBatch(dependencies.store, runId, number);
  const writer = writerOf('plan', number);
  const { records, stored } = await readWriter(dependencies.store, runId, writer);
  const context = await stepContext(facts, { writer, stored }, dependencies);
  const planned = new Set(records.map((record) => 'accountId' in record && record.accountId));
  const remaining = targets.filter(({ account }) => !planned.has(account.id));
  const left = new Set(remaining.map(({ account }) => account.id));
  // Not with adaptive concurrency, which would need longer than a batch takes.
  const planning = mapLimited(remaining, context.config.concurrency.accounts, async (target) => {
    const records = await recordsOf(target, facts.mode, context);
    left.delete(target.account.id);
    await context.log.append(records);
  });
  await endThrottled(left, planning, context);
  return { accounts: remaining.length };
}

async function recordsOf(
  target: TargetAccount,
  mode: 'plan' | 'sweep',
  context: RunContext,
): Promise<LedgerRecord[]> {
  const plan = await planOrFailure(target, context, planFileFilter(undefined));
  const at = context.now();
  const { id } = target.account;
  if ('failure' in plan) return [accountFinished(id, endOfFailure(plan.failure), at)];
  const mayWrite = mode === 'sweep' && target.settings.armed;
  return [accountPlanned(plan, at), ...(mayWrite ? [] : [accountFinished(id, endOfPlan(plan), at)])];
}
