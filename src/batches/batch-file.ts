import * as z from 'zod';

import type { Caller } from '../aws/caller.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored } from '../ledger/parse-stored.ts';
import { UnreadableLedgerError } from '../ledger/errors.ts';
import { runPrefix } from '../ledger/run-keys.ts';
import type { AccountSettings, TargetAccount } from '../targets/target.ts';

/** What every step of a run has to know of it; the first one found it out. */
export interface RunFacts {
  readonly runId: string;
  readonly mode: 'plan' | 'sweep';
  readonly filtered: boolean;
  /** ISO 8601, UTC, as the next two. */
  readonly startedAt: string;
  /** The time of the schedule that started it. */
  readonly scheduledFor?: string | undefined;
  /** The time of the sweep that this plan gives notice of. */
  readonly noticeFor?: string | undefined;
  readonly configSha256: string;
  readonly organization: { readonly id: string; readonly managementAccountId: string };
  readonly caller: Pick<Caller, 'accountId' | 'arn' | 'partition'>;
  /** Why this sweep must write nothing; each makes it incomplete. */
  readonly withheld: readonly string[];
  /** The opt-out tags come from an index that may be behind: they are read anew before anything is written. */
  readonly tagsFromIndex: boolean;
}

/** Some targets that one process goes through. */
export interface Batch {
  readonly facts: RunFacts;
  /** From 1. */
  readonly number: number;
  readonly targets: readonly TargetAccount[];
}

const text = z.string();
const count = z.int().min(0);

export const runFactsSchema: z.ZodType<RunFacts> = z.object({
  runId: text,
  mode: z.enum(['plan', 'sweep']),
  filtered: z.boolean(),
  startedAt: z.iso.datetime(),
  scheduledFor: z.iso.datetime().optional(),
  noticeFor: z.iso.datetime().optional(),
  configSha256: text,
  organization: z.object({ id: text, managementAccountId: text }),
  caller: z.object({ accountId: text, arn: text, partition: z.enum(['aws', 'aws-cn', 'aws-us-gov']) }),
  withheld: z.array(text),
  tagsFromIndex: z.boolean(),
});

export const settingsSchema: z.ZodType<AccountSettings> = z.object({
  armed: z.boolean(),
  groups: z.array(text),
  rules: z.object({
    maxKeyAgeDays: count,
    mode: z.enum(['deactivate', 'deactivate-then-delete', 'delete']),
    deleteAfterDays: count,
    users: z.enum(['all', 'with-console-access']),
  }),
  exempt: z.object({
    users: z.array(text),
    userTag: z.union([z.object({ key: text, value: text }), z.literal(false)]),
    groups: z.array(text),
  }),
  rotationRole: z.object({ name: text, path: text, externalId: text.optional() }),
  callsPerAccount: z.int().min(1),
});

const batchSchema: z.ZodType<Batch> = z.object({
  facts: runFactsSchema,
  number: z.int().min(1),
  targets: z.array(
    z.object({
      account: z.object({ id: text, name: text, state: text, isManagementAccount: z.boolean() }),
      settings: settingsSchema,
    }),
  ),
});

/** The same batch is stored anew when a step is tried again. */
export async function storeBatch(store: ObjectStore, batch: Batch): Promise<void> {
  await store.put(batchKey(batch.facts.runId, batch.number), JSON.stringify(batch));
}

/** @throws UnreadableLedgerError, also when there is none; the store's error */
export async function readBatch(store: ObjectStore, runId: string, number: number): Promise<Batch> {
  const key = batchKey(runId, number);
  const body = await store.get(key);
  if (body === undefined) throw new UnreadableLedgerError(`${key} is missing from ${store.location}`);
  return parseStored(batchSchema, body, key);
}

/** What a batch is gone through for. */
export type Phase = 'plan' | 'apply';

/** As the state machine reads a list of batches: one child for each. The ids are for whoever looks at the child. */
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

/** Below the folder of the run; the state machine knows it too. */
export function listFile(phase: Phase): string {
  return `batches/${phase}.json`;
}

function batchKey(runId: string, number: number): string {
  return `${runPrefix(runId)}batches/${padded(number)}.json`;
}

/** Whoever goes through a batch writes its records under this name. */
export function writerOf(phase: Phase, number: number): string {
  return `${phase}-${padded(number)}`;
}

function padded(number: number): string {
  return String(number).padStart(5, '0');
}
