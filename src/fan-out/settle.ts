import { readWriter } from '../ledger/read-run.ts';
import type { AccountFinished, AccountPlanned, WriteResult } from '../ledger/record.ts';
import { RunIdTakenError } from '../ledger/run-log.ts';
import { NO_KEYS } from '../ledger/totals.ts';
import { every } from '../sweep/every.ts';
import { accountFinished } from '../sweep/finish-account.ts';
import { countKeys } from '../sweep/outcome.ts';
import { writerOf, type Batch, type Phase } from './batch-file.ts';
import { batchesOf } from './divide.ts';
import { foldAccounts, NOTHING_YET, type FoldedAccount } from './fold-accounts.ts';
import { readProgress, type Progress } from './progress.ts';
import type { StepDependencies } from './step-context.ts';
import { openStepLog } from './step-log.ts';
import type { StoredSurvey } from './survey-file.ts';

type Settling = Pick<StepDependencies, 'store' | 'clients' | 'now'>;

/** Batches settled at a time. */
const WIDTH = 8;

/** A process that is still at work on a batch may be quicker; it stops within minutes at the latest. */
const MOST_ROUNDS = 20;

/**
 * Ends what a phase has left behind in any batch, as failed. Afterwards no process can still do anything for that phase.
 * @param reason why, for the operator, of the batch of that number
 * @returns how far the run is then
 * @throws UnreadableLedgerError, the store's error
 */
export async function settleAll(
  phase: Phase,
  survey: StoredSurvey,
  reason: (number: number) => string,
  settling: Settling,
): Promise<Progress> {
  const batches = batchesOf(survey);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const progress = await readProgress(settling.store, survey);
    const behind = batches.filter(({ targets }) =>
      targets.some(({ account }) => isBehind(phase, progress.accounts.get(account.id) ?? NOTHING_YET)),
    );
    if (behind.length === 0) return progress;
    await every(behind, WIDTH, async (batch) => {
      await settleBatch(phase, batch, reason(batch.number), settling).catch(unlessOvertaken);
    });
  }
  throw new Error(`batches of run ${survey.facts.runId} are still being worked on`);
}

function unlessOvertaken(error: unknown): void {
  if (!(error instanceof RunIdTakenError)) throw error;
}

/**
 * Ends every account of a batch that a phase should have brought further and did not: as failed. The records go where the next
 * one of a process would go that is still at work on the batch, so that none can go on behind them.
 * @param reason why, for the operator
 * @throws RunIdTakenError when such a process was quicker; the ledger's error
 */
export async function settleBatch(
  phase: Phase,
  { facts: { runId }, number, targets }: Batch,
  reason: string,
  settling: Settling,
): Promise<void> {
  const { store, now } = settling;
  const plan = await readWriter(store, runId, writerOf('plan', number));
  const apply = await readWriter(store, runId, writerOf('apply', number));
  const accounts = await foldAccounts([...plan.records, ...apply.records], (record) => record);
  const lost = targets.flatMap(({ account: { id } }): AccountFinished[] => {
    const account = accounts.get(id) ?? NOTHING_YET;
    return isBehind(phase, account) ? [endOfLost(id, account, reason, now())] : [];
  });
  const writer = writerOf(phase, number);
  const { stored } = phase === 'plan' ? plan : apply;
  await openStepLog(runId, { writer, stored }, settling).append(lost);
}

/** Whether an account is not yet where a phase is to bring it. */
function isBehind(phase: Phase, { planned, finished }: FoldedAccount<unknown>): boolean {
  return finished === undefined && (phase === 'apply' || planned === undefined);
}

/** An account whose batch failed, with what is known of its keys. */
function endOfLost(
  id: string,
  { planned, intended, results }: FoldedAccount<AccountPlanned>,
  reason: string,
  at: Date,
): AccountFinished {
  const inDoubt = [...intended.values()].filter(({ accessKeyId }) => !results.has(accessKeyId));
  const written: WriteResult[] = [
    ...results.values(),
    ...inDoubt.map((key) => ({ ...key, outcome: 'unconfirmed' as const })),
  ];
  const keys = planned ? countKeys(planned.decisions, written) : NO_KEYS;
  return accountFinished(id, { outcome: 'failed', reason, keys }, at);
}
