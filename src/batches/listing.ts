import { readWriter } from '../ledger/read-run.ts';
import { openRunLog } from '../ledger/run-log.ts';
import { RunIdTakenError } from '../ledger/errors.ts';
import type { StepDependencies } from './step-context.ts';
import type { StoredSurvey } from './survey-file.ts';

/**
 * Records the list of accounts if the first step died before it did. If that step is still running, the
 * slower of the two does nothing.
 * @throws UnreadableLedgerError, the store's error
 */
export async function storeListing(
  survey: StoredSurvey,
  { store }: Pick<StepDependencies, 'store'>,
): Promise<void> {
  const { facts, listed, ended } = survey;
  const { records, stored } = await readWriter(store, facts.runId);
  if (records.some(({ type }) => type === 'accounts-listed')) return;
  try {
    await openRunLog(store, facts.runId, { stored }).append([listed, ...ended]);
  } catch (error) {
    if (!(error instanceof RunIdTakenError)) throw error;
    await storeListing(survey, { store });
  }
}
