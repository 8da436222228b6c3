import * as z from 'zod';
import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored, type Stored } from '../ledger/parse-stored.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import { accountFinished, accountsListed } from '../ledger/record.ts';
import { runPrefix } from '../ledger/run-keys.ts';
import { runFactsSchema, settingsSchema } from './batch-file.ts';
import { RunEndedError } from './errors.ts';

const count = z.int().min(0);

/** The results of the first step. They are stored once, before their use, so that a retry has the same. */
const surveySchema = z.object({
  facts: runFactsSchema,
  listed: accountsListed,
  /** Accounts that are not targets, or of which that could not be determined. */
  ended: z.array(accountFinished),
  undecided: count,
  warnings: z.array(z.string()),
  departed: z.array(z.string()).optional(),
  batchSize: z.int().min(1),
  /** Each different set once: ten thousand accounts have a handful. */
  settings: z.array(settingsSchema),
  targets: z.array(z.object({ accountId: z.string(), settings: count })),
});
export type StoredSurvey = Stored<typeof surveySchema>;

/** @returns this survey, or that of an earlier attempt @throws UnreadableLedgerError, the store's error */
export async function storeSurvey(store: ObjectStore, survey: StoredSurvey): Promise<StoredSurvey> {
  const { runId } = survey.facts;
  if (await store.putNew(surveyKey(runId), JSON.stringify(survey))) return survey;
  return readSurvey(store, runId);
}

/** @throws UnreadableLedgerError, also if it does not exist; the store's error */
export async function readSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey> {
  const survey = await findSurvey(store, runId);
  if (!survey) throw new UnreadableLedgerError(`${surveyKey(runId)} is missing from ${store.location}`);
  return survey;
}

/**
 * @returns undefined before the survey is stored
 * @throws RunEndedError, UnreadableLedgerError, the store's error
 */
export async function findSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey | undefined> {
  const key = surveyKey(runId);
  const body = await store.get(key);
  if (body === NO_SURVEY)
    throw new RunEndedError(
      `Run ${runId} ended before its organization was listed, so this attempt does nothing more.`,
    );
  return body === undefined ? undefined : parseStored(surveySchema, body, key);
}

/** Replaces the survey of a run that ended without one. */
const NO_SURVEY = '{"none":true}';

/**
 * The survey of a run that ends; if there is none, prevents a first step that is still running from storing
 * one, whose accounts would have no outcome.
 * @throws UnreadableLedgerError, the store's error
 */
export async function closeSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey | undefined> {
  const key = surveyKey(runId);
  const found = await store.get(key);
  if (found === undefined && (await store.putNew(key, NO_SURVEY))) return undefined;
  return (found ?? (await store.get(key))) === NO_SURVEY ? undefined : readSurvey(store, runId);
}

function surveyKey(runId: string): string {
  return `${runPrefix(runId)}survey.json`;
}
