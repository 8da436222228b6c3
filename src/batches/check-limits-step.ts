import { readWriter } from '../ledger/read-run.ts';
import type { ExceededLimit } from '../rules/breaker.ts';
import { checkLimits } from '../sweep/plan/check-limits.ts';
import type { Surveyed } from '../sweep/problems.ts';
import { storeList, type RunFacts } from './batch-file.ts';
import { makeBatches, targetsOf } from './make-batches.ts';
import { judged } from './batch-progress.ts';
import { settleBatches, type EndOfRest } from './settle-batches.ts';
import { stepContext, type StepDependencies } from './step-context.ts';
import { readSurvey, type StoredSurvey } from './survey-file.ts';

/** The verdict about the limits stands in records of its own. */
export const LIMITS_WRITER = 'limits';

/**
 * Between planning and writing: ends the accounts that nobody planned, and checks the limits over all plans, once.
 * @returns how many batches are to be carried out: those with a plan for an armed account, and none when a limit is exceeded
 * @throws ConfigChangedError, LockLostError, UnreadableLedgerError; the ledger's error
 */
export async function checkLimitsStep(
  runId: string,
  dependencies: StepDependencies,
): Promise<{ readonly batches: number }> {
  const { store } = dependencies;
  const survey = await readSurvey(store, runId);
  const { facts } = survey;
  const { stored } = await readWriter(store, runId, LIMITS_WRITER);
  const context = await stepContext(facts, { writer: LIMITS_WRITER, stored }, dependencies);
  const progress = await settleBatches('plan', survey, notPlanned, dependencies);
  const plans = judged(targetsOf(survey), progress);
  const exceeded =
    progress.limits?.exceeded ?? (await checkLimits(plans, sizeOf(survey), facts.filtered, context));
  if (!mayWrite(facts, exceeded)) return { batches: 0 };
  const left = makeBatches(survey).filter(({ targets }) =>
    targets.some(({ account }) => progress.accounts.get(account.id)?.finished === undefined),
  );
  await storeList(store, runId, 'apply', left);
  return { batches: left.length };
}

/** Whether plans are carried out. Pure. */
export function mayWrite(
  { mode, withheld }: RunFacts,
  exceeded: readonly ExceededLimit[] | undefined,
): boolean {
  return mode === 'sweep' && withheld.length === 0 && exceeded?.length === 0;
}

export function sizeOf({ listed, targets, undecided }: StoredSurvey): Surveyed {
  return { accounts: listed.accounts.length, targets: targets.length, undecided };
}

export function notPlanned(number: number): EndOfRest {
  return { reason: `batch ${number} was not planned: no attempt at it came to an end` };
}
