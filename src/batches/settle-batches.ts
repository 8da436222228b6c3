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

type Settling = Pick<StepDependencies, 'store' | 'clients' | 'now'>;

/** Batches settled at a time. */
const WIDTH = 8;

/** A process that is still at work on a batch may be quicker; it stops within minutes at the latest. */
const MOST_ROUNDS = 20;

/** How an account ends that a phase does not bring further: as failed, for a reason, or with the plan that nobody is to carry out. */
export type EndOfRest = { readonly reason: string } | 'as planned';

/**
 * Ends what a phase has left behind in any batch. Afterwards no process can still do anything for that phase.
 * @param end how, in the batch of that number
 * @param from how far the run was just now; read when left out
 * @returns how far the run is then
 * @throws UnreadableLedgerError, the store's error
 */
export async function settleBatches(
  phase: Phase,
  survey: StoredSurvey,
  end: (number: number) => EndOfRest,
  settling: Settling,
  from?: Progress,
): Promise<Progress> {
  const batches = makeBatches(survey);
  let progress = from ?? (await readProgress(settling.store, survey));
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { accounts } = progress;
    const behind = batches.filter(({ targets }) =>
      targets.some(({ account: { id } }) => isBehind(phase, accounts.get(id) ?? NO_RECORDS)),
    );
    if (behind.length === 0) return progress;
    await mapLimited(behind, WIDTH, async (batch) => {
      await settleBatch(phase, batch, end(batch.number), settling).catch(unlessOvertaken);
    });
    progress = await readProgress(settling.store, survey);
  }
  throw new Error(`batches of run ${survey.facts.runId} are still being worked on`);
}

function unlessOvertaken(error: unknown): void {
  if (!(error instanceof RunIdTakenError)) throw error;
}

/**
 * Ends every account of a batch that a phase should have brought further and did not. The records go where the next one of a
 * process would go that is still at work on the batch, so that none can go on behind them, and no two can end the same account.
 * @throws RunIdTakenError when such a process was quicker; the ledger's error
 */
export async function settleBatch(
  phase: Phase,
  { facts: { runId }, number, targets }: Batch,
  end: EndOfRest,
  settling: Settling,
): Promise<void> {
  const { store, now } = settling;
  const plan = await readWriter(store, runId, writerOf('plan', number));
  const apply = await readWriter(store, runId, writerOf('apply', number));
  const accounts = await foldAccounts([...plan.records, ...apply.records], (record) => record);
  const ends = targets.flatMap((target): AccountFinished[] => {
    const { id } = target.account;
    const account = accounts.get(id) ?? NO_RECORDS;
    return isBehind(phase, account) ? [accountFinished(id, endOf(target, account, end), now())] : [];
  });
  const writer = writerOf(phase, number);
  const { stored } = phase === 'plan' ? plan : apply;
  await openStepLog(runId, { writer, stored }, settling).append(ends);
}

/** Whether an account is not yet where a phase is to bring it. */
function isBehind(phase: Phase, { plan, finished }: FoldedAccount<unknown>): boolean {
  return finished === undefined && (phase === 'apply' || plan === undefined);
}

function endOf(target: TargetAccount, account: FoldedAccount<AccountPlanned>, end: EndOfRest): AccountEnd {
  if (end !== 'as planned') return endOfLost(account, end.reason);
  return account.plan
    ? endOfPlan(planOf(target, account.plan, EMPTY_MEMORY))
    : endOfLost(account, 'it was not planned');
}

/** An account that was to be brought further, with what is known of its keys. */
function endOfLost({ plan, writes }: FoldedAccount<AccountPlanned>, reason: string): AccountEnd {
  const keys = plan ? countKeys(plan.decisions, [...writes.values()]) : NO_KEYS;
  return { outcome: 'failed', reason, keys };
}
