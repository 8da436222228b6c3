import { readWriter } from '../ledger/read-run.ts';
import type { LimitsChecked } from '../ledger/record.ts';
import { checkLimits } from '../sweep/plan/check-limits.ts';
import type { Surveyed } from '../sweep/problems.ts';
import { storeList, type RunFacts } from './batch-file.ts';
import { makeBatches, targetsOf } from './make-batches.ts';
import { plansAndFailures } from './batch-progress.ts';
import { settleBatches, type Ending } from './settle-batches.ts';
import { stepContext, type StepDependencies } from './step-context.ts';
import { readSurvey, type StoredSurvey } from './survey-file.ts';

export const LIMITS_WRITER = 'limits';

/**
 * Between planning and writing: finishes the accounts that were not planned, and checks the limits once.
 * @returns the number of batches to apply: those with a plan for an armed account; 0 if a limit is exceeded
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
  const plans = plansAndFailures(targetsOf(survey), progress);
  const limits = progress.limits ?? (await checkLimits(plans, sizeOf(survey), facts.filtered, context));
  if (!mayWrite(facts, limits)) return { batches: 0 };
  const remaining = makeBatches(survey).filter(({ targets }) =>
    targets.some(({ account }) => progress.accounts.get(account.id)?.finished === undefined),
  );
  await storeList(store, runId, 'apply', remaining);
  return { batches: remaining.length };
}

export function mayWrite(
  { mode, withheld }: RunFacts,
  { exceeded }: Pick<LimitsChecked, 'exceeded'>,
): boolean {
  return mode === 'sweep' && withheld.length === 0 && exceeded.length === 0;
}

export function sizeOf({ listed, targets, undecided }: StoredSurvey): Surveyed {
  return { accounts: listed.accounts.length, targets: targets.length, undecided };
}

export function notPlanned(number: number): Ending {
  return { reason: `batch ${number} was not planned: no attempt finished` };
}
