import * as z from 'zod';

/**
 * The events that keysweep puts on an EventBridge bus, by detail type: what docs/events.md and schemas/events/ promise to
 * those who route them. A field may be added to a version; to take one away or to change its meaning makes version 2, which is
 * then sent beside version 1. No event ever holds a secret.
 */

/** The `source` of every event. */
export const EVENT_SOURCE = 'keysweep';

const text = z.string();
const count = z.int().min(0);
const time = z.iso.datetime().describe('A time in UTC, ISO 8601.');

const version = z.literal(1).describe('Version of this schema.');
const organizationId = text.describe('Id of the organization, such as o-exampleorgid.');
const runId = text.describe('The run, as `keysweep show` takes it.');
const ofRun = { version, organizationId, runId };

const account = z.object({ id: text.describe('12 digits.'), name: text }).describe('The account.');
const userName = text.describe('Name of the IAM user.');
const accessKeyId = text.describe('The id of the key; never its secret half.');
const action = z
  .enum(['deactivate', 'delete'])
  .describe('deactivate: the key is set Inactive, which can be undone. delete: it is gone.');
const reason = z
  .enum(['maxKeyAgeDays is 0', 'maxKeyAgeDays reached', 'deleteAfterDays reached'])
  .describe('Which of the rules makes the key due.');
const sweepAt = time.describe('When the sweep is due.');

const planned = z.discriminatedUnion('scope', [
  z
    .object({
      ...ofRun,
      scope: z.literal('organization'),
      sweepAt,
      accounts: count.describe('Armed accounts with keys that will be revoked.'),
      users: count,
      keys: count.describe('Keys that will be revoked; 0 is told too.'),
      accountsNotRead: count.describe('Accounts that could not be read, of which nothing is known.'),
      limitsExceeded: z
        .array(text)
        .describe('Limits that would stop the sweep; then it revokes nothing until somebody has looked.'),
    })
    .describe('Once for every notice run.'),
  z
    .object({ ...ofRun, scope: z.literal('account'), sweepAt, account, users: count, keys: count })
    .describe('Once for every armed account that was read, also with 0 keys.'),
  z
    .object({
      ...ofRun,
      scope: z.literal('user'),
      sweepAt,
      account,
      userName,
      address: text.exactOptional().describe('What the tag `notices.mail.userTag` of the user holds.'),
      keys: z.array(z.object({ accessKeyId, action, reason, createDate: time })).min(1),
    })
    .describe('Once for every user who loses keys.'),
]);

const revoked = z.object({
  ...ofRun,
  account,
  userName,
  accessKeyId,
  action: z.enum(['deactivated', 'deleted']),
  reason,
});

const accountsByOutcome = z
  .record(text, count)
  .describe('Accounts per outcome, which add up to accountsListed; outcomes without accounts are left out.');
const keys = z
  .object({ seen: count, due: count, deactivated: count, deleted: count, failed: count })
  .describe('Keys of the members of the configured groups.');
const ended = {
  ...ofRun,
  scheduledFor: time
    .exactOptional()
    .describe('The time of the schedule; a run that a person started has none.'),
  startedAt: time,
  finishedAt: time,
  filtered: z.boolean().describe('true: only some accounts were asked for.'),
  accountsListed: count,
  accounts: accountsByOutcome,
  keys,
};

const completed = z.object({
  ...ended,
  warnings: z.array(text).max(20).describe('What to know although nothing failed; 20 at most.'),
});

const problems = z.array(text).max(20).describe('What was wrong, in words; 20 at most.');
const failed = z.discriminatedUnion('reason', [
  z
    .object({ ...ended, reason: z.literal('incomplete'), problems })
    .describe('At least one account was not covered, or a problem concerns the whole run.'),
  z
    .object({ ...ended, reason: z.literal('stopped'), problems })
    .describe('A limit was exceeded before anything was written.'),
  z
    .object({
      version,
      organizationId: organizationId.exactOptional(),
      runId: runId.exactOptional(),
      scheduledFor: time.exactOptional(),
      reason: z.enum(['broke-off', 'did-not-run', 'unfinished']),
      problems,
    })
    .describe(
      'broke-off: the run ended in an error. did-not-run, unfinished: the watchdog found no run of that time in the ledger, or one without an end.',
    ),
]);

const optOutExpiring = z.object({
  ...ofRun,
  account,
  owner: text,
  reason: text,
  until: z.iso.date().describe('Last day (UTC) of the opt-out.'),
});

export const EVENT_SCHEMAS = {
  'Access Key Revocation Planned': planned.describe('Before a sweep: what it will revoke, and when.'),
  'Access Key Revoked': revoked.describe('After a sweep: one for each key.'),
  'Sweep Completed': completed.describe('A sweep ended well.'),
  'Sweep Failed': failed.describe('A sweep did not end well, or did not run.'),
  'Opt-Out Expiring': optOutExpiring.describe(
    'After a sweep: an opt-out of accounts.json ends within 7 days.',
  ),
} as const;

export type DetailType = keyof typeof EVENT_SCHEMAS;

/** An event as it goes to EventBridge, before its detail becomes JSON. */
export type KeysweepEvent = {
  [Type in DetailType]: {
    readonly detailType: Type;
    readonly detail: z.output<(typeof EVENT_SCHEMAS)[Type]>;
  };
}[DetailType];
