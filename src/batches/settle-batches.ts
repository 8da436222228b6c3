import { readWriter } from '../ledger/read-run.ts';
import { EMPTY_MEMORY } from '../ledger/memory.ts';
import type { AccountFinished, AccountPlanned } from '../ledger/record.ts';
import { foldAccounts, NO_RECORDS, type FoldedAccount } from '../ledger/stored-run.ts';
import { RunIdTakenError } from '../ledger/errors.ts';
import { NO_KEYS } from '../ledger/totals.ts';
import { mapLimited } from '../sweep/map-limited.ts';
import { accountFinished, countKeys, endOfPlan, type AccountEnd } from '../sweep/outcome.ts';
import type { TargetAccount } from '../targets/target.ts';
import { writerOf, type Batch, type Phase } from './batch-file.ts';
import { makeBatches } from './make-batches.ts';
import { readProgress, type Progress } from './batch-progress.ts';
import type { StepDependencies } from './step-context.ts';
import { planOf } from './stored-plan.ts';
import { openStepLog } from './step-log.ts';
import type { StoredSurvey } from './survey-file.ts';

type SettleDependencies = Pick<StepDependencies, 'store' | 'clients' | 'now'>;

const CONCURRENT_BATCHES = 8;

/** A process that is still running may be quicker. It stops within minutes. */
const MAX_ROUNDS = 20;

/** The end of an account that a phase did not finish: failed, or with a plan that must not be applied. */
export type Ending = { readonly reason: string } | 'as planned';

/**
 * Finishes the accounts that a phase has not finished. Afterwards no process can write records of that phase.
 * @param ending by the number of the batch
 * @param latest the progress so far; omitted: read from the ledger
 * @throws UnreadableLedgerError, the store's error
 */
export async function settleBatches(
  phase: Phase,
  survey: StoredSurvey,
  ending: (number: number) => Ending,
  dependencies: SettleDependencies,
  latest?: Progress,
): Promise<Progress> {
  const batches = makeBatches(survey);
  let progress = latest ?? (await readProgress(dependencies.store, survey));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { accounts } = progress;
    const unfinished = batches.filter(({ targets }) =>
      targets.some(({ account: { id } }) => isUnfinished(phase, accounts.get(id) ?? NO_RECORDS)),
    );
    if (unfinished.length === 0) return progress;
    await mapLimited(unfinished, CONCURRENT_BATCHES, async (batch) => {
      await settleBatch(phase, batch, ending(batch.number), dependencies).catch(ignoreTaken);
    });
    progress = await readProgress(dependencies.store, survey);
  }
  throw new Error(`Batches of run ${survey.facts.runId} are still running.`);
}

function ignoreTaken(error: unknown): void {
  if (!(error instanceof RunIdTakenError)) throw error;
}

/**
 * Finishes every account of a batch that a phase did not finish. The records take the key of the next record
 * of a process that is still running, so that it fails, and no account is finished twice.
 * @throws RunIdTakenError when such a process was quicker; the ledger's error
 */
export async function settleBatch(
  phase: Phase,
  { facts: { runId }, number, targets }: Batch,
  ending: Ending,
  dependencies: SettleDependencies,
): Promise<void> {
  const { store, now } = dependencies;
  const plan = await readWriter(store, runId, writerOf('plan', number));
  const apply = await readWriter(store, runId, writerOf('apply', number));
  const accounts = await foldAccounts([...plan.records, ...apply.records], (record) => record);
  const ends = targets.flatMap((target): AccountFinished[] => {
    const { id } = target.account;
    const account = accounts.get(id) ?? NO_RECORDS;
    return isUnfinished(phase, account) ? [accountFinished(id, endOf(target, account, ending), now())] : [];
  });
  const writer = writerOf(phase, number);
  const { stored } = phase === 'plan' ? plan : apply;
  await openStepLog(runId, { writer, stored }, dependencies).append(ends);
}

function isUnfinished(phase: Phase, { plan, finished }: FoldedAccount<unknown>): boolean {
  return finished === undefined && (phase === 'apply' || plan === undefined);
}

function endOf(target: TargetAccount, account: FoldedAccount<AccountPlanned>, ending: Ending): AccountEnd {
  if (ending !== 'as planned') return endAsFailed(account, ending.reason);
  return account.plan
    ? endOfPlan(planOf(target, account.plan, EMPTY_MEMORY))
    : endAsFailed(account, 'it was not planned');
}

export function endAsFailed(
  { plan, writes }: Pick<FoldedAccount<AccountPlanned>, 'plan' | 'writes'>,
  reason: string,
): AccountEnd {
  const keys = plan ? countKeys(plan.decisions, [...writes.values()]) : NO_KEYS;
  return { outcome: 'failed', reason, keys };
}
