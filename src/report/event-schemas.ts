import * as z from 'zod';

import { escape, revokeReason } from '../ledger/record.ts';

/**
 * The events that keysweep puts on an EventBridge bus, by detail type; schemas/events/ comes from here.
 * A version may gain fields; removing one or changing its meaning makes version 2, which is sent beside
 * version 1. No event contains a secret.
 */

/** The `source` of every event. */
export const EVENT_SOURCE = 'keysweep';

const text = z.string();
const count = z.int().min(0);
const time = z.iso.datetime().describe('A time in UTC, ISO 8601.');

const version = z.literal(1).describe('Version of this schema.');
const organizationId = text.describe('ID of the organization, such as o-exampleorgid.');
const runId = text.describe('The run, as `keysweep show` takes it.');
const ofRun = { version, organizationId, runId };

const account = z.object({ id: text.describe('12 digits.'), name: text }).describe('The account.');
const userName = text.describe('Name of the IAM user.');
const accessKeyId = text.describe('ID of the key, never its secret.');
const action = z
  .enum(['deactivate', 'delete'])
  .describe('deactivate: the key becomes Inactive; undo reactivates it. delete: the key is gone.');
const reason = revokeReason.describe('The rule that makes the key due.');
const sweepAt = time.describe('When the sweep is due.');

const planned = z.discriminatedUnion('scope', [
  z
    .object({
      ...ofRun,
      scope: z.literal('organization'),
      sweepAt,
      accounts: count.describe('Armed accounts with keys that will be revoked.'),
      users: count,
      keys: count.describe('Keys that will be revoked. The event is sent for 0 too.'),
      accountsNotRead: count.describe(
        'Accounts that could not be read. The numbers do not include their keys.',
      ),
      limitsExceeded: z.array(text).describe('Limits that would stop the sweep before it revokes anything.'),
    })
    .describe('Once per notice run.'),
  z
    .object({ ...ofRun, scope: z.literal('account'), sweepAt, account, users: count, keys: count })
    .describe('Once per armed account that could be read, also with 0 keys.'),
  z
    .object({
      ...ofRun,
      scope: z.literal('user'),
      sweepAt,
      account,
      userName,
      address: text.exactOptional().describe('Value of the tag `notices.mail.userTag` of the user.'),
      keys: z.array(z.object({ accessKeyId, action, reason, createDate: time })).min(1),
    })
    .describe('Once per user who loses keys.'),
]);

const revoked = z.object({
  ...ofRun,
  account,
  userName,
  accessKeyId,
  outcome: z.enum(['deactivated', 'deleted']),
  reason,
});

const leaked = z.object({
  version,
  organizationId: organizationId.exactOptional(),
  runId: runId.exactOptional().describe('The run that deactivated keys; none with `leaks.mode` `report`.'),
  accessKeyId,
  status: text.describe(
    'Now: `Active`, `Inactive` or `Expired`; or why it is no key of a user here, as `notFound` of ' +
      '`keysweep whose --json` says it; `failed`: unknown.',
  ),
  isLive: z.boolean().describe('true: somebody has to act, because the key works, or may work.'),
  reason: text.describe('Who reported the key, and why.'),
  message: text.exactOptional().describe('With a status other than `Active` and `Inactive`: what to do.'),
  account: account.exactOptional(),
  userName: userName.exactOptional(),
  lastUsed: time.exactOptional(),
});

const escaped = z.object({ ...ofRun, account, ...escape.shape });

const restored = z.object({
  ...{ ...ofRun, account, userName, accessKeyId },
  undoOf: runId.exactOptional().describe('The run that was undone.'),
  caller: text.describe('ARN of who did it.'),
  reason: text.exactOptional().describe('Why, in their words.'),
});

const accountsByOutcome = z
  .record(text, count)
  .describe('Accounts per outcome; they add up to accountsListed.');
const keys = z
  .object({ seen: count, due: count, deactivated: count, deleted: count, failed: count })
  .describe('Keys of the members of the configured groups.');
const ended = {
  ...ofRun,
  scheduledFor: time.exactOptional().describe('Time of the schedule. A run from a terminal has none.'),
  startedAt: time,
  finishedAt: time,
  filtered: z.boolean().describe('true: some accounts were selected.'),
  accountsListed: count,
  accounts: accountsByOutcome,
  keys,
};

const completed = z.object({
  ...ended,
  warnings: z.array(text).max(20).describe('What somebody should know although nothing failed; at most 20.'),
});

const problems = z.array(text).max(20).describe('What went wrong; at most 20.');
const failed = z.discriminatedUnion('reason', [
  z
    .object({ ...ended, reason: z.literal('incomplete'), problems })
    .describe('At least one account was not covered, or a problem concerns the whole run.'),
  z
    .object({ ...ended, reason: z.enum(['stopped', 'cancelled']), problems })
    .describe('stopped: a limit was exceeded. cancelled: nobody confirmed. Nothing was written.'),
  z
    .object({
      version,
      organizationId: organizationId.exactOptional(),
      runId: runId.exactOptional(),
      scheduledFor: time.exactOptional(),
      reason: z.enum(['interrupted', 'did-not-run', 'unfinished']),
      problems,
    })
    .describe(
      'interrupted: the run ended in an error. did-not-run: the ledger has no run of that time. ' +
        'unfinished: that run has not ended.',
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
  'Access Key Revoked': revoked.describe('After a sweep, or the revocation of leaked keys, once per key.'),
  'Leaked Access Key Found': leaked.describe('After a leak was reported, once per key.'),
  'Access Key Escaped': escaped.describe(
    'After a sweep, once per key that the sweep before governed and this one does not, though it lives.',
  ),
  'Access Key Reactivated': restored.describe('After an undo, once per key.'),
  'Hold Lifted': restored.describe('After `holds --lift`, once per key: sweeps may revoke it again.'),
  'Sweep Completed': completed.describe('A sweep ended well.'),
  'Sweep Failed': failed.describe('A sweep did not end well, or did not run.'),
  'Opt-Out Expiring': optOutExpiring.describe(
    'After a sweep: an opt-out in accounts.json ends within 7 days.',
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
