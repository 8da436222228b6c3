import * as z from 'zod';
import { recordedSettings } from '../config/recorded-settings.ts';
import { limitsSchema, MODES } from '../config/schema.ts';
import type { Failure } from '../aws/failure.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import type { ListedUnit } from '../organization/ou-tree.ts';
import type { ExceededLimit, WithheldAccount } from '../rules/breaker.ts';
import { ESCAPE_REASONS, KEEP_REASONS, REVOKE_REASONS, type KeyDecision } from '../rules/decision.ts';
import { SIGNS, type MachineUser } from '../rules/machine-user.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Stored } from './parse-stored.ts';
import { isRunId } from './run-id.ts';

/*
 * The records of a run, in the order in which things happen. A run is read by folding them. They contain no
 * secrets.
 */

const text = z.string();
const accountId = text.min(1, 'an account ID');
/** Not empty: without a name IAM would act on the caller. */
const userName = text.min(1, 'a user name');
const accessKeyId = text.min(1, 'an access key ID');
const runId = text.refine(isRunId, 'a run ID');
const count = z.int().min(0);
const time = z.iso.datetime();
const date = time.transform((iso) => new Date(iso));
const optional = <Schema extends z.ZodType>(schema: Schema) => z.exactOptional(schema);
/** The beginning of every record of one account. */
const ofAccount = <Type extends string>(type: Type) => ({ type: z.literal(type), at: time, accountId });

export const failure = z.object({
  kind: z.enum(OUTCOMES.bad),
  call: text.describe('The call, such as `iam:GetGroup`.'),
  code: text.describe("AWS's error code."),
  message: text.describe("AWS's message."),
}) satisfies z.ZodType<Failure>;

export const accountOutcome = z.enum([...OUTCOMES.ok, ...OUTCOMES.bad]);

const mode = z
  .enum(['plan', 'sweep', 'undo', 'lift', 'revoke', 'inventory'])
  .describe(
    'plan: decides and writes nothing. sweep: revokes in armed accounts. ' +
      'undo: reactivates keys of a sweep. lift: lifts holds of undos. revoke: deactivates leaked keys. ' +
      'inventory: lists all keys and decides nothing.',
  );
export type RunMode = Stored<typeof mode>;

/** Whether a run decides about keys. */
export function decides(mode: RunMode): boolean {
  return mode === 'plan' || mode === 'sweep';
}

/** Unless it is filtered. */
export function seesAllAccounts(mode: RunMode): boolean {
  return decides(mode) || mode === 'inventory';
}

export const lastUsed = <Time extends z.ZodType>(time: Time) =>
  optional(time.nullable()).describe('Known only if the decision depended on it. null: never.');
const aboutKey = { accessKeyId, userName, status: text, createDate: date, lastUsed: lastUsed(date) };
export const revokeReason = z.enum(REVOKE_REASONS);
export const keepReason = z.enum(KEEP_REASONS);
export const matchedExemption = z
  .object({ name: text, until: optional(text) })
  .describe('The pattern, group or tag of accounts.json that exempts the user, and its last day (UTC).');
const decision = z.discriminatedUnion('action', [
  z.object({
    ...aboutKey,
    action: z.literal('keep'),
    reason: keepReason,
    exemption: optional(matchedExemption),
  }),
  z.object({
    ...aboutKey,
    userId: optional(text),
    action: z.enum(['deactivate', 'delete']),
    reason: revokeReason,
  }),
]) satisfies z.ZodType<KeyDecision>;

const keyCounts = z.object({
  seen: count.describe('Keys of the members of the configured groups.'),
  kept: count,
  due: count.describe('To deactivate or delete, whether or not that was done.'),
  deactivated: count,
  deleted: count,
  reactivated: count.describe('By an undo.'),
  alreadyGone: count.describe('Due, but deleted by others before keysweep did.'),
  failed: count.describe('Failed, unconfirmed or not attempted.'),
});
export type KeyCounts = Stored<typeof keyCounts>;

export const exceededLimit = z.object({
  limit: z
    .enum([...limitsSchema.keyof().options, 'exempt.users', 'exempt.groups'])
    .describe('The setting of `limits`, or the exemptions of which one never matched anything.'),
  allowed: z.number(),
  found: z.number(),
  message: text.describe('What was counted, and how to continue.'),
}) satisfies z.ZodType<ExceededLimit>;

/** Common to the start of a run and its summary. */
const purpose = {
  undoOf: optional(runId.describe('The run that an undo restores.')),
  scheduledFor: optional(
    time.describe('Time of the schedule that started it. A run from a terminal has none.'),
  ),
  noticeFor: optional(time.describe('Time of the sweep that this plan gives notice of.')),
};

export const runStarted = z.object({
  type: z.literal('run-started'),
  at: time,
  runId,
  mode,
  keysweepVersion: text,
  organizationId: text,
  managementAccountId: text,
  caller: text.describe('ARN that `GetCallerIdentity` returned.'),
  configSha256: text.describe('SHA-256 of the configuration, as hex.'),
  settings: optional(recordedSettings),
  filters: optional(
    z
      .object({ accounts: optional(z.array(text)), organizationalUnits: optional(z.array(text)) })
      .describe('Of `--account` and `--ou`.'),
  ),
  reason: optional(text.describe('Why somebody started it, of `--reason`.')),
  overrideUsers: optional(
    z.array(userName).describe('Users whose keys an undo restores whatever AWS says about them now.'),
  ),
  leakedKeys: optional(z.array(accessKeyId).describe('Leaked keys that an undo restores all the same.')),
  otherLedger: optional(
    z.literal(true).describe('Written to another ledger than that of the deployment in accounts.json.'),
  ),
  ...purpose,
  previous: optional(
    z
      .object({ runId, summarySha256: optional(text.describe('Absent: it had no summary yet.')) })
      .describe('The newest run that the ledger had before.'),
  ),
});
export type RunStarted = Stored<typeof runStarted>;

const listedAccount = z.object({
  id: accountId,
  name: text,
  state: text,
  isManagementAccount: z.boolean(),
}) satisfies z.ZodType<OrganizationAccount>;
const listedUnit = z.object({
  id: text,
  name: text,
  parent: optional(text),
  accounts: z.array(text),
}) satisfies z.ZodType<ListedUnit>;

/** Every account that `ListAccounts` returned; each ends in exactly one {@link AccountFinished}. */
export const accountsListed = z.object({
  type: z.literal('accounts-listed'),
  at: time,
  accounts: z.array(listedAccount),
  /** Those that the run had to read, parents first. For display only: no decision depends on them. */
  units: optional(z.array(listedUnit)),
  /** Values of the tag of report.groupBy by account ID, where tags were read. For display only. */
  groups: optional(z.record(accountId, text)),
});
export type AccountsListed = Stored<typeof accountsListed>;

const unreadUser = z.object({ userName, failure });
export type UnreadUser = Stored<typeof unreadUser>;

const rememberedOfKey = z.object({
  accessKeyId,
  /** Start of the sweep that first recorded the key as inactive. */
  inactiveSince: optional(date),
  /** An undo protects the key until then. */
  holdUntil: optional(date),
});

/** A key that the last sweep governed and this run does not, though it lives; with the user's name now. */
export const escape = z.object({
  accessKeyId,
  userName,
  how: z
    .enum(['not-in-groups', ...ESCAPE_REASONS])
    .describe(
      'not-in-groups: the user has left the configured groups. Otherwise the reason to keep the key.',
    ),
});
export type Escape = Stored<typeof escape>;

/** The value of the configured tag of a user: a mail address, probably. */
const contact = z.object({ userName, address: text });
export type Contact = Stored<typeof contact>;

const machineUser = z.object({ userName, sign: z.enum(SIGNS) }) satisfies z.ZodType<MachineUser>;

const accountPlanned = z.object({
  ...ofAccount('account-planned'),
  armed: z.boolean(),
  users: count,
  /** Configured groups (and exempt groups) that do not exist in this account. */
  missingGroups: z.array(text),
  decisions: z.array(decision),
  /** Users about whom too little could be read. Their keys stay. */
  unreadUsers: z.array(unreadUser),
  /** Users with due keys; absent: none. Only plans read whether they have a console password. */
  machineUsers: optional(z.array(machineUser)),
  /** Missing, like `remembered`, in records that are older than 0.1.0. */
  rules: optional(
    z.object({
      maxKeyAgeDays: z.number(),
      maxUnusedDays: optional(z.number()),
      mode: z.enum(MODES),
      deleteAfterDays: z.number(),
    }),
  ),
  /** What earlier runs recorded about the keys. It decides what comes next for a key. */
  remembered: optional(z.array(rememberedOfKey)),
  /** Users with due keys and the tag of notices.mail. */
  contacts: optional(z.array(contact)),
  /** What of `exempt` matches something there, as `exempt.users NAME`. */
  matchedExemptions: optional(z.array(text)),
  escaped: optional(z.array(escape)),
  /** What makes the run incomplete, such as a hold that cannot be true. */
  problems: optional(z.array(text)),
});
export type AccountPlanned = Stored<typeof accountPlanned>;

const credentialKind = z.enum(['service-specific', 'ssh-key', 'signing-certificate']);

export const governance = z
  .enum(['governed', 'exempt', 'opted-out', 'not-in-groups'])
  .describe('governed: a sweep revokes the key once it is due.');
/** @param time how the ledger, or JSON, has dates */
export const inventoried = <Time extends z.ZodType>(time: Time) => ({
  users: count.describe('IAM users of the account.'),
  rootKeys: count.describe('Access keys of the root user.'),
  keys: z.array(
    z.object({
      ...{ accessKeyId, userName, status: text, createDate: time, lastUsed: lastUsed(time) },
      governance,
      reason: optional(keepReason.describe('Of an exempt key.')),
      exemption: optional(matchedExemption),
    }),
  ),
  credentials: optional(
    z.array(
      z.object({
        ...{ userName, kind: credentialKind, id: text, status: text, createDate: time },
        service: optional(text.describe('Such as `codecommit.amazonaws.com`.')),
      }),
    ),
  ).describe('Absent: not read.'),
  unreadUsers: z.array(unreadUser).describe('Users whose keys or credentials may be missing.'),
});
const accountInventoried = z.object({ ...ofAccount('account-inventoried'), ...inventoried(date) });
export type AccountInventoried = Stored<typeof accountInventoried>;
export type InventoriedKey = AccountInventoried['keys'][number];

const countedKeys = z.object({
  runId: runId.describe('The inventory.'),
  at: time,
  governed: count.describe('Keys that a sweep revokes once they are due.'),
  exempt: count,
  optedOut: count.describe('Keys in accounts that are opted out.'),
  notInGroups: count.describe('Keys of users in none of the configured groups.'),
  rootKeys: count,
  accountsNotRead: count.describe('Accounts whose keys are missing, or some of them.'),
});
const keyInventory = countedKeys
  .extend({ before: optional(countedKeys.describe('The inventory before this one.')) })
  .describe('All keys of the organization, as the newest inventory counted them. Absent: none was made.');
export type KeyInventory = Stored<typeof keyInventory>;

/** What later sweeps are compared with. */
const comparable = {
  matchedExemptions: optional(
    z
      .array(text)
      .describe('Exemptions that matched something in this or an earlier run, as `exempt.users NAME`.'),
  ),
  dueKeys: optional(
    z
      .record(accountId, count)
      .describe('Due keys per account, armed or not, without 0; of one that was not judged: those before.'),
  ),
};

const limitsChecked = z.object({
  type: z.literal('limits-checked'),
  at: time,
  exceeded: z.array(exceededLimit),
  /** Accounts to which nothing is written, while the others are swept. */
  withheld: optional(z.array(z.object({ accountId, reason: text }) satisfies z.ZodType<WithheldAccount>)),
  /** Keys whose owners were not notified, although that is required. */
  notNotified: optional(z.array(accessKeyId)),
  warnings: optional(z.array(text)),
  ...comparable,
});
export type LimitsChecked = Stored<typeof limitsChecked>;

const intendedWrite = z.object({
  accessKeyId,
  userName,
  action: z.enum(['deactivate', 'delete', 'reactivate']),
  reason: z.enum([...revokeReason.options, 'undo']),
  statusBefore: text,
});
export type IntendedWrite = Stored<typeof intendedWrite>;

/** Stored before the first of these writes is sent. Without a result, a write may have happened. */
const writesIntended = z.object({ ...ofAccount('writes-intended'), writes: z.array(intendedWrite) });

/** already-gone also follows a delete whose first response was lost. */
export const keyOutcome = z
  .enum([
    ...['deactivated', 'deleted', 'reactivated', 'hold-lifted', 'already-gone'],
    ...['failed', 'unconfirmed', 'not-attempted'],
  ] as const)
  .describe(
    'already-gone: AWS answered NoSuchEntity. not-attempted: the run had to stop. ' +
      'unconfirmed: AWS did not answer, so the key may have changed.',
  );
export type KeyOutcome = Stored<typeof keyOutcome>;

const writeResult = z.object({
  accessKeyId,
  userName,
  outcome: keyOutcome,
  /** Set with `failed`, `unconfirmed` and `not-attempted`. */
  failure: optional(failure),
});
export type WriteResult = Stored<typeof writeResult>;

const writesDone = z.object({ ...ofAccount('writes-done'), results: z.array(writeResult) });

/** Stored before the memory of an account, of which it is the SHA-256. */
const memorySaved = z.object({ ...ofAccount('memory-saved'), sha256: text });

export const accountFinished = z.object({
  ...ofAccount('account-finished'),
  outcome: accountOutcome,
  reason: text.describe(
    'Owner and reason of the opt-out, the failed call, or the OU. Empty if all went well.',
  ),
  keys: keyCounts,
  /** Set for an account that accounts.json opts out. `until`: its last day, such as `2027-01-31`. */
  optOut: optional(z.object({ owner: text, reason: text, until: text })),
});
export type AccountFinished = Stored<typeof accountFinished>;

/**
 * Where the configured and the exempt groups exist; for an account that was not read, where they existed
 * before. Stored with the end of a sweep of the whole organization, for the next run to compare.
 */
const groupsSeen = z.object({
  type: z.literal('groups-seen'),
  at: time,
  groups: z.array(z.object({ group: text, accounts: z.array(accountId) })),
});
export type GroupsSeen = Stored<typeof groupsSeen>;

/** What one step of several sent to AWS since its last such record. The end of the run adds them up. */
const requestsSent = z.object({
  type: z.literal('requests-sent'),
  at: time,
  calls: count,
  throttles: count,
  /** What the step found tampered with in the ledger. */
  tampered: optional(z.array(text)),
});
export type RequestsSent = Stored<typeof requestsSent>;

const verdict = z
  .enum(['ok', 'incomplete', 'stopped', 'cancelled'])
  .describe(
    'ok: every account ended well. incomplete: at least one did not, or a problem concerns the whole run. ' +
      'stopped: a limit was exceeded and nothing was written. ' +
      'cancelled: nobody confirmed, and nothing was written.',
  );
export type RunVerdict = Stored<typeof verdict>;

/** Whether a sweep ended before its first write. */
export function wroteNothing(verdict: RunVerdict | undefined): boolean {
  return verdict === 'stopped' || verdict === 'cancelled';
}

/** Also stored beside the records, so that runs can be listed without reading those. */
export const summarySchema = z.object({
  runId,
  mode,
  organizationId: text,
  startedAt: time,
  finishedAt: time,
  verdict,
  filtered: z.boolean().describe('true: `--account` or `--ou` selected some accounts.'),
  accountsListed: count,
  accounts: z
    .partialRecord(accountOutcome, count)
    .describe('Accounts per outcome; they add up to accountsListed.'),
  keys: keyCounts,
  limitsExceeded: z.array(exceededLimit),
  problems: z
    .array(text)
    .describe('What makes the run incomplete beyond single accounts, such as a group that exists nowhere.'),
  warnings: z
    .array(text)
    .describe('Things to know although nothing failed, such as an opt-out that ends this week.'),
  ...purpose,
  calls: optional(
    count.describe('Requests sent to AWS; with the engine `step-functions` at least this many.'),
  ),
  throttles: optional(count.describe('Requests that AWS throttled.')),
  ...comparable,
  inventory: optional(keyInventory),
  escaped: optional(
    count.describe('Keys that the last sweep governed and this run does not, though they live.'),
  ),
  departed: optional(
    z.array(accountId).describe('Accounts that accounts.json names and that have left the organization.'),
  ),
  writers: optional(
    z
      .record(text, z.object({ objects: count, sha256: text }))
      .describe(
        'Of each writer of records: its objects before the end of the run, and the hash of the last.',
      ),
  ),
});
export type RunSummary = Stored<typeof summarySchema>;

const runFinished = z.object({ type: z.literal('run-finished'), at: time, summary: summarySchema });

const channel = z
  .enum(['events', 'topic', 'mail', 'security-hub'])
  .describe('EventBridge, the SNS topic, a mailbox, or AWS Security Hub.');
export type NoticeChannel = Stored<typeof channel>;

/** Records of the writer `notices`, after the end of the run. */
const notice = {
  at: time,
  channel,
  label: text.describe('Detail type of the events, subject of the message, mail address, or findings.'),
  count: count.describe('Events, messages, mails or findings. 0: there was nobody to notify.'),
};
const noticeSent = z.object({ type: z.literal('notice-sent'), ...notice });
export type NoticeSent = Stored<typeof noticeSent>;
export const noticeFailed = z.object({
  type: z.literal('notice-failed'),
  ...notice,
  failure,
  accessKeyIds: optional(z.array(accessKeyId).describe('Keys whose owner got no mail.')),
});
export type NoticeFailed = Stored<typeof noticeFailed>;

export const recordSchema = z.discriminatedUnion('type', [
  runStarted,
  accountsListed,
  accountPlanned,
  accountInventoried,
  limitsChecked,
  writesIntended,
  writesDone,
  memorySaved,
  accountFinished,
  groupsSeen,
  requestsSent,
  runFinished,
  noticeSent,
  noticeFailed,
]);
export type LedgerRecord = Stored<typeof recordSchema>;
