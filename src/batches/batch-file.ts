import * as z from 'zod';
import { exemptSchema, MODES } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored, type Stored } from '../ledger/parse-stored.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import { runPrefix } from '../ledger/run-keys.ts';
import type { AccountSettings } from '../targets/target.ts';

const text = z.string();
const count = z.int().min(0);

/** Found by the first step, for all others. */
export const runFactsSchema = z.object({
  runId: text,
  mode: z.enum(['plan', 'sweep']),
  filtered: z.boolean(),
  startedAt: z.iso.datetime(),
  scheduledFor: z.iso.datetime().optional(),
  noticeFor: z.iso.datetime().optional(),
  configSha256: text,
  organization: z.object({ id: text, managementAccountId: text }),
  caller: z.object({ accountId: text, arn: text, partition: text }),
  /** Reasons why this sweep must not write; each makes it incomplete. */
  withheld: z.array(text),
});
export type RunFacts = Stored<typeof runFactsSchema>;

export const settingsSchema = z.object({
  armed: z.boolean(),
  groups: z.array(text),
  rules: z.object({
    maxKeyAgeDays: count,
    maxUnusedDays: z.union([count, z.literal(false)]).default(false),
    mode: z.enum(MODES),
    deleteAfterDays: count,
    users: z.enum(['all', 'with-console-access']),
  }),
  exempt: exemptSchema.extend({
    userTag: z.union([z.object({ key: text, value: text }), z.literal(false)]),
  }),
  rotationRole: z.object({ name: text, path: text, externalId: text.optional() }),
  callsPerAccount: z.int().min(1),
}) satisfies z.ZodType<AccountSettings>;

const batchSchema = z.object({
  facts: runFactsSchema,
  /** From 1. */
  number: z.int().min(1),
  targets: z.array(
    z.object({
      account: z.object({ id: text, name: text, state: text, isManagementAccount: z.boolean() }),
      settings: settingsSchema,
    }),
  ),
});
export type Batch = Stored<typeof batchSchema>;

export async function storeBatch(store: ObjectStore, batch: Batch): Promise<void> {
  await store.put(batchKey(batch.facts.runId, batch.number), JSON.stringify(batch));
}

/** @throws UnreadableLedgerError, also if it does not exist; the store's error */
export async function readBatch(store: ObjectStore, runId: string, number: number): Promise<Batch> {
  const key = batchKey(runId, number);
  const body = await store.get(key);
  if (body === undefined) throw new UnreadableLedgerError(`${key} is missing from ${store.location}`);
  return parseStored(batchSchema, body, key);
}

export type Phase = 'plan' | 'apply';

/** The state machine starts a child for each entry. The account IDs are for readers of its input. */
export async function storeList(
  store: ObjectStore,
  runId: string,
  phase: Phase,
  batches: readonly Batch[],
): Promise<void> {
  const list = batches.map(({ number, targets }) => ({
    batch: number,
    accounts: targets.map(({ account }) => account.id),
  }));
  await store.put(`${runPrefix(runId)}${listFile(phase)}`, JSON.stringify(list));
}

/** Below the folder of the run. Part of the state machine's definition. */
export function listFile(phase: Phase): string {
  return `batches/${phase}.json`;
}

function batchKey(runId: string, number: number): string {
  return `${runPrefix(runId)}batches/${padded(number)}.json`;
}

/** Name of the process that handles a batch, as a writer of records. */
export function writerOf(phase: Phase, number: number): string {
  return `${phase}-${padded(number)}`;
}

function padded(number: number): string {
  return String(number).padStart(5, '0');
}
