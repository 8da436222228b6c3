import * as z from 'zod';

import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored, type Stored } from '../ledger/parse-stored.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import { accountFinished, accountsListed } from '../ledger/record.ts';
import { runPrefix } from '../ledger/run-keys.ts';
import { runFactsSchema, settingsSchema } from './batch-file.ts';
import { RunEndedError } from './errors.ts';

const count = z.int().min(0);

/**
 * What the first step of a run found out. It is stored once, before anything follows from it: when that step is tried again,
 * what was found the first time counts.
 */
const surveySchema = z.object({
  facts: runFactsSchema,
  listed: accountsListed,
  /** How the accounts ended that are no targets, or of which that could not be told. */
  ended: z.array(accountFinished),
  undecided: count,
  warnings: z.array(z.string()),
  /** Accounts in a batch. */
  batchSize: z.int().min(1),
  /** Each differing set of settings once: ten thousand accounts have a handful. */
  settings: z.array(settingsSchema),
  targets: z.array(z.object({ accountId: z.string(), settings: count })),
});
export type StoredSurvey = Stored<typeof surveySchema>;

/**
 * @returns what counts from now on: this survey, or that of an earlier attempt
 * @throws UnreadableLedgerError, the store's error
 */
export async function storeSurvey(store: ObjectStore, survey: StoredSurvey): Promise<StoredSurvey> {
  const { runId } = survey.facts;
  if (await store.putNew(surveyKey(runId), JSON.stringify(survey))) return survey;
  return readSurvey(store, runId);
}

/** @throws UnreadableLedgerError when there is none; the store's error */
export async function readSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey> {
  const survey = await findSurvey(store, runId);
  if (!survey) throw new UnreadableLedgerError(`${surveyKey(runId)} is missing from ${store.location}`);
  return survey;
}

/** Undefined when the run never came so far. @throws RunEndedError, UnreadableLedgerError, the store's error */
export async function findSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey | undefined> {
  const key = surveyKey(runId);
  const body = await store.get(key);
  if (body === NO_SURVEY)
    throw new RunEndedError(
      `Run ${runId} ended before its organization was listed, so this attempt does nothing more.`,
    );
  return body === undefined ? undefined : parseStored(surveySchema, body, key);
}

/** Stands in place of a survey once the run has ended without one. */
const NO_SURVEY = '{"none":true}';

/**
 * For the end of a run: its survey, or the certainty that there will be none. Without that, a first step that was given up and goes on would
 * list accounts behind the end, which have no outcome then.
 * @throws UnreadableLedgerError, the store's error
 */
export async function lastSurvey(store: ObjectStore, runId: string): Promise<StoredSurvey | undefined> {
  const key = surveyKey(runId);
  const found = await store.get(key);
  if (found === undefined && (await store.putNew(key, NO_SURVEY))) return undefined;
  return (found ?? (await store.get(key))) === NO_SURVEY ? undefined : readSurvey(store, runId);
}

function surveyKey(runId: string): string {
  return `${runPrefix(runId)}survey.json`;
}
