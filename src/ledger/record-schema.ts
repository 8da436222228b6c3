import * as z from 'zod';

import type { LedgerRecord, RunSummary } from './record.ts';
import { isRunId } from './run-id.ts';

/** The records of record.ts as they are read back; a test holds the two together. */

const text = z.string();
const accountId = text.min(1, 'the id of an account');
/** What IAM gave is taken back as it is, but never nothing: without a name IAM would act on the caller itself. */
const userName = text.min(1, 'the name of a user');
const accessKeyId = text.min(1, 'the id of an access key');
const runId = text.refine(isRunId, 'a run id');
const count = z.int().min(0);
const time = z.iso.datetime();
/** JSON has no dates. */
const date = time.transform((iso) => new Date(iso));
const optional = <Schema extends z.ZodType>(schema: Schema) => z.exactOptional(schema);

const failure = z.object({
  kind: z.enum(['cannot-assume', 'denied', 'throttled', 'not-reached', 'failed']),
  call: text,
  code: text,
  message: text,
});

const accountOutcome = z.enum([
  'swept',
  'nothing-due',
  'planned',
  'opted-out',
  'out-of-scope',
  'not-active',
  ...failure.shape.kind.options,
]);

const mode = z.enum(['plan', 'sweep', 'undo']);

const aboutKey = { accessKeyId, userName, status: text, createDate: date };
const revokeReason = z.enum(['every-key', 'over-age', 'inactive-long-enough']);
const keepReason = z.enum([
  'own-key',
  'not-in-plan',
  'exempt-name',
  'exempt-group',
  'exempt-tag',
  'no-console-access',
  'on-hold',
  'too-young',
  'inactive',
  'waiting-for-deletion',
  'unknown-status',
]);
const decision = z.discriminatedUnion('verdict', [
  z.object({ ...aboutKey, verdict: z.literal('keep'), reason: keepReason }),
  z.object({ ...aboutKey, verdict: z.enum(['deactivate', 'delete']), reason: revokeReason }),
]);

const keyCounts = z.object({
  seen: count,
  kept: count,
  due: count,
  deactivated: count,
  deleted: count,
  reactivated: count,
  alreadyGone: count,
  failed: count,
});

const exceededLimit = z.object({
  limit: z.enum(['maxKeys', 'maxGrowth', 'maxAccountsDrop', 'maxCannotAssume', 'maxShareOfKeys']),
  allowed: z.number(),
  found: z.number(),
  message: text,
});

const runStarted = z.object({
  type: z.literal('run-started'),
  at: time,
  runId,
  mode,
  version: text,
  organizationId: text,
  managementAccountId: text,
  caller: text,
  configSha256: text,
  filters: optional(
    z.object({
      accounts: optional(z.array(text)),
      organizationalUnits: optional(z.array(text)),
    }),
  ),
  undoOf: optional(runId),
  scheduledFor: optional(time),
  noticeFor: optional(time),
});

export const accountsListed = z.object({
  type: z.literal('accounts-listed'),
  at: time,
  accounts: z.array(z.object({ id: accountId, name: text, state: text, isManagementAccount: z.boolean() })),
  units: optional(
    z.array(z.object({ id: text, name: text, parent: optional(text), accounts: z.array(text) })),
  ),
});

const accountPlanned = z.object({
  type: z.literal('account-planned'),
  at: time,
  accountId,
  armed: z.boolean(),
  users: count,
  missingGroups: z.array(text),
  decisions: z.array(decision),
  unread: z.array(z.object({ userName, failure })),
  machineUsers: optional(
    z.array(z.object({ userName, sign: z.enum(['no-console-access', 'console-access-unknown', 'name']) })),
  ),
  rules: optional(
    z.object({
      maxKeyAgeDays: z.number(),
      mode: z.enum(['deactivate-then-delete', 'deactivate', 'delete']),
      deleteAfterDays: z.number(),
    }),
  ),
  remembered: optional(
    z.array(z.object({ accessKeyId, inactiveSince: optional(date), holdUntil: optional(date) })),
  ),
  contacts: optional(z.array(z.object({ userName, address: text }))),
});

const limitsChecked = z.object({
  type: z.literal('limits-checked'),
  at: time,
  exceeded: z.array(exceededLimit),
});

const writesIntended = z.object({
  type: z.literal('writes-intended'),
  at: time,
  accountId,
  writes: z.array(
    z.object({
      accessKeyId,
      userName,
      action: z.enum(['deactivate', 'delete', 'reactivate']),
      reason: z.enum([...revokeReason.options, 'undo']),
      statusBefore: text,
    }),
  ),
});

const writesDone = z.object({
  type: z.literal('writes-done'),
  at: time,
  accountId,
  results: z.array(
    z.object({
      accessKeyId,
      userName,
      outcome: z.enum([
        'deactivated',
        'deleted',
        'reactivated',
        'already-gone',
        'failed',
        'unconfirmed',
        'not-attempted',
      ]),
      failure: optional(failure),
    }),
  ),
});

export const accountFinished = z.object({
  type: z.literal('account-finished'),
  at: time,
  accountId,
  outcome: accountOutcome,
  reason: text,
  keys: keyCounts,
  optOut: optional(z.object({ owner: text, reason: text, until: text })),
});

const requestsSent = z.object({ type: z.literal('requests-sent'), at: time, calls: count, throttles: count });

export const summarySchema = z.object({
  runId,
  mode,
  undoOf: optional(runId),
  organizationId: text,
  startedAt: time,
  finishedAt: time,
  verdict: z.enum(['ok', 'incomplete', 'stopped']),
  filtered: z.boolean(),
  accountsListed: count,
  accounts: z.partialRecord(accountOutcome, count),
  keys: keyCounts,
  exceeded: z.array(exceededLimit),
  problems: z.array(text),
  notices: z.array(text),
  scheduledFor: optional(time),
  noticeFor: optional(time),
  declined: optional(z.literal(true)),
  calls: optional(count),
  throttles: optional(count),
}) satisfies z.ZodType<RunSummary>;

const runFinished = z.object({ type: z.literal('run-finished'), at: time, summary: summarySchema });

const notice = { at: time, channel: z.enum(['events', 'topic', 'mail']), what: text, count };
const noticeSent = z.object({ type: z.literal('notice-sent'), ...notice });
const noticeFailed = z.object({ type: z.literal('notice-failed'), ...notice, failure });

export const recordSchema = z.discriminatedUnion('type', [
  runStarted,
  accountsListed,
  accountPlanned,
  limitsChecked,
  writesIntended,
  writesDone,
  accountFinished,
  requestsSent,
  runFinished,
  noticeSent,
  noticeFailed,
]) satisfies z.ZodType<LedgerRecord>;
