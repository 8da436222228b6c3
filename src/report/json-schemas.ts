import * as z from 'zod';

import { CHECKS } from '../doctor/finding.ts';
import { TAMPERING } from '../ledger/object-store.ts';
import { OUTCOMES } from '../ledger/outcomes.ts';
import { planFileSchema } from '../ledger/plan-file.ts';
import {
  accountFinished,
  accountOutcome,
  escape,
  exceededLimit,
  failure,
  governance,
  inventoried,
  keepReason,
  keyOutcome,
  lastUsed,
  matchedExemption,
  noticeFailed,
  revokeReason,
  runStarted,
  summarySchema,
} from '../ledger/record.ts';

/**
 * The documents that `--json` prints, by name. docs/json.md is generated from here (`npm run schema`).
 * Within a version, fields are added, and none is removed, renamed or given another meaning.
 */

const text = z.string();
const count = z.int().min(0);
const time = z.iso.datetime();

const version = z.literal(1).describe('Version of this document.');
const { runId, mode, verdict, filtered, accountsListed, accounts: outcomes, keys } = summarySchema.shape;
const account = { accountId: text.describe('12 digits.'), accountName: text };
const user = { ...account, userName: text };
const key = { ...user, accessKeyId: text };
const state = text.describe("AWS Organizations' state of the account.");
const status = text.describe('Status of the key in IAM when it was read.');

const action = z.enum(['keep', 'deactivate', 'delete']);
const reason = z
  .enum([...keepReason.options, ...revokeReason.options])
  .describe('The rule that decided, in the words of accounts.json where a setting decided.');

const { at: startedAt } = runStarted.shape;
const start = runStarted.omit({ type: true, at: true, runId: true }).shape;
const { at: sentAt, channel, label, count: sent, accessKeyIds } = noticeFailed.shape;

const list = <Item extends z.ZodRawShape>(item: Item) => z.array(z.object(item));

const write = z.object({
  userName: text,
  accessKeyId: text,
  action: z.enum(['deactivate', 'delete', 'reactivate']).nullable().describe('null: not attempted.'),
  reason: z.enum([...revokeReason.options, 'undo']).nullable(),
  statusBefore: text.nullable(),
  outcome: keyOutcome,
  failure: z.exactOptional(failure),
});

const run = z.object({
  version,
  run: z.object({ runId, startedAt, ...start }),
  summary: summarySchema.nullable().describe('null: the run was interrupted or is still running.'),
  limitsExceeded: z.array(exceededLimit),
  notices: list({
    status: z.enum(['sent', 'failed']),
    sentAt,
    channel,
    label,
    count: sent,
    failure: z.exactOptional(failure),
    accessKeyIds,
  }).describe('Who was notified of the run.'),
  accounts: list({
    ...account,
    state,
    isManagementAccount: z.boolean(),
    outcome: accountOutcome.nullable().describe('null: the run was interrupted before the account ended.'),
    reason: accountFinished.shape.reason,
    keys: keys.nullable(),
    armed: z.boolean().nullable().describe('null: the account was not read.'),
    users: count.nullable().describe('Members of the configured groups.'),
    missingGroups: z.array(text).describe('Configured groups that this account lacks.'),
    decisions: list({
      ...{ userName: text, accessKeyId: text, status, createDate: time, action, reason },
      lastUsed: lastUsed(time),
      userId: z.exactOptional(text.describe('ID of the user, of a due key.')),
      exemption: z.exactOptional(matchedExemption),
    }).describe('What was decided about every key.'),
    unreadUsers: list({ userName: text, failure }).describe(
      'Users about whom too little could be read. Their keys stay.',
    ),
    escaped: z
      .array(escape)
      .describe('Keys that the last sweep governed and this run does not, though they live.'),
    inventory: z
      .object(inventoried(time))
      .nullable()
      .describe('Of an inventory: all users and keys of the account.'),
    writes: z.array(write).describe('What was done to keys. A write without an answer is unconfirmed.'),
  }).describe('Every account of the organization.'),
});

const keyState = z
  .object({ action, reason, outcome: keyOutcome.nullable() })
  .nullable()
  .describe('null: the key was not there.');
const inventoriedState = z.object({ status, governance }).nullable().describe('null: the key was not there.');
const changedKey = { ...key, before: keyState, after: keyState };
const changedKeys = (what: string) => list(changedKey).describe(what);
const listedAccounts = (what: string) => list({ ...account, outcome: text }).describe(what);
const diff = z.object({
  version,
  beforeRunId: runId,
  afterRunId: runId,
  accountsAdded: listedAccounts('Listed by the later run only.'),
  accountsRemoved: listedAccounts('Listed by the earlier run only.'),
  accountsChanged: list({
    ...account,
    before: text.describe('Outcome in the earlier run, or `unfinished`.'),
    after: text.describe('Outcome in the later run, or `unfinished`.'),
    coverageLost: z.boolean().describe('true: covered in the earlier run and not in the later one.'),
    reason: text,
  }).describe('Accounts whose outcome changed.'),
  keysNewlyDue: changedKeys('Due in the later run only.'),
  keysStillDue: changedKeys('Due in both runs.'),
  keysRemoved: changedKeys('No longer seen, in accounts and of users that both runs could read.'),
  keysEscaped: list({ ...changedKey, how: text.describe('As in `accounts[].escaped`.') }).describe(
    'Governed by the last sweep before the later run and not by that run, though they live.',
  ),
  keysReactivated: changedKeys('Inactive in the earlier run and active in the later one.'),
  inventory: z
    .object({
      keys: list({ ...key, before: inventoriedState, after: inventoriedState }).describe(
        'Keys that are new, gone, or have another status or governance.',
      ),
      rootKeys: list({ ...account, before: count, after: count }).describe(
        'Accounts with another number of root keys.',
      ),
    })
    .nullable()
    .describe('What changed between two inventories, in accounts and of users that both could read.'),
  usersAdded: list(user).describe('Users with keys, in accounts that both runs could read.'),
  usersRemoved: list(user),
});

const leaked = z.object({
  ...{ accountId: text, userName: text, accessKeyId: text },
  revokedAt: time,
  runId,
  by: text.describe('ARN of who revoked it, or what reported the leak.'),
  reason: text,
});
const whose = z.object({
  version,
  keys: list({
    ...{ ...key, isManagementAccount: z.boolean() },
    organizationalUnits: z
      .array(text)
      .nullable()
      .describe("IDs from the root down to the account's OU. null: they could not be read."),
    ...{ status, createDate: time, lastUsed: time.nullable().describe('null: never.') },
    lastUsedService: text.nullable(),
    lastUsedRegion: text.nullable(),
    sweep: z
      .object({
        action: z.enum([...action.options, 'none', 'unknown']),
        reason: text,
        armed: z.boolean().nullable(),
      })
      .describe('What a sweep would do now. none: it does not govern the key. unknown: a call failed.'),
    leaked: leaked.nullable().describe('Its entry of the deny list.'),
  }).describe('Keys of users in this organization.'),
  notFound: list({
    accessKeyId: text.describe('As given.'),
    status: z
      .enum(['own-key', 'session-key', 'not-a-key', 'malformed', 'foreign', 'root-key', 'gone', 'failed'])
      .describe(
        'own-key: keysweep runs with it. session-key: temporary. not-a-key: the ID of something else. ' +
          'malformed: misspelled. foreign: of another organization. gone: deleted, or misspelled. ' +
          'failed: a call failed.',
      ),
    message: text.describe('What it is, and what to do.'),
    accountId: z.exactOptional(text),
  }).describe('IDs of anything else.'),
  warnings: z.array(text),
});

const findingStatus = ['problem', 'warning', 'unknown', 'ok'] as const;
const doctor = z.object({
  version,
  checkedAt: time,
  counts: z.object({ problem: count, warning: count, unknown: count, ok: count }),
  findings: list({
    check: z.enum(CHECKS),
    status: z
      .enum(findingStatus)
      .describe(
        'problem: the next sweep fails, or does not do what it should. ' +
          'warning: it works, and somebody should know this. unknown: doctor could not check it.',
      ),
    subject: text.describe('An account, a Lambda, a bucket.'),
    accountId: z.exactOptional(text),
    summary: text,
    impact: z.exactOptional(text).describe('What happens if it stays as it is. Absent if the status is ok.'),
    fix: z.exactOptional(text).describe('What to do. Absent if the status is ok.'),
    detail: text.optional().describe("What differs between subjects, such as AWS's message."),
  }),
  notCovered: list({
    ...account,
    status: z.enum(['opted-out', 'out-of-scope', 'not-active', 'not-armed']),
    reason: text,
    fix: text.describe('How to cover it.'),
  }).describe('Accounts that a sweep excludes, or only plans, as configured.'),
  schedule: z.object({
    timezone: text,
    nextSweeps: z.array(time).describe('Empty if unknown, or if the schedule fires no more.'),
  }),
});

export const JSON_SCHEMAS = {
  run,
  nothingToApply: z.object({ version, run: z.null(), message: text.describe('Why nothing was done.') }),
  undo: z.object({
    version,
    runId,
    organizationId: text,
    keys: list({
      ...key,
      status: z
        .enum(['restorable', 'leaked', 'deactivated-since', 'reactivated-since', 'deleted'])
        .describe(
          'restorable: undo reactivates the key if it is still inactive. ' +
            'leaked: the same, but only with `--leaked-key`. ' +
            'deactivated-since: a later run deactivated it again; undo that run. ' +
            'reactivated-since: an earlier undo reactivated it; undo only renews its hold.',
        ),
      outcome: keyOutcome,
      laterRunId: runId.nullable().describe('The newest run that wrote to the key later.'),
    }),
  }),
  accounts: z.object({
    version,
    accounts: list({
      ...account,
      state,
      status: z
        .enum(['armed', 'not-armed', 'opted-out', 'out-of-scope', 'not-active', ...OUTCOMES.bad])
        .describe('armed, not-armed: a target. cannot-assume and below: AWS did not say whether it is one.'),
      reason: text,
      organizationalUnit: z
        .object({ id: text, path: text.describe('Names below the root: `Workloads / Prod`.') })
        .nullable()
        .describe('null: it could not be read.'),
      settings: z
        .object({
          groups: z.array(text),
          mode: text,
          maxKeyAgeDays: count,
          maxUnusedDays: z.union([count, z.literal(false)]),
          users: text,
        })
        .nullable()
        .describe('Those of accounts.json for this account; null: no target.'),
    }),
    warnings: z.array(text),
  }),
  runs: z.object({
    version,
    total: count.describe('Runs in the ledger; `--limit` shows fewer.'),
    runs: list({
      runId,
      status: z
        .enum(['ended', 'running', 'unfinished', 'unreadable'])
        .describe('unfinished: without an end. A plan holds no lock, so it may be running or have died.'),
      mode: mode.nullable(),
      caller: text.nullable(),
      reason: text.nullable().describe('Of `--reason`.'),
      filtered: filtered.nullable(),
      undoOf: runId.nullable(),
      startedAt: time.nullable(),
      finishedAt: time.nullable(),
      verdict: verdict.nullable(),
      accountsListed: accountsListed.nullable(),
      accounts: outcomes.nullable(),
      keys: keys.nullable(),
    }),
  }),
  diff,
  doctor,
  verify: z.object({
    version,
    runs: count.describe('Runs that were checked.'),
    problems: list({
      object: text.describe('Key of an object, or the folder of a run.'),
      problem: z
        .enum(TAMPERING)
        .describe('rolled-back: an older version was stored again. added: keysweep never stored it.'),
      detail: text,
    }).describe('Empty if the ledger is what keysweep stored.'),
  }),
  holds: z.object({
    version,
    holds: list({
      accountId: text,
      userName: text,
      accessKeyId: text,
      until: time.describe('Sweeps leave the key alone until then.'),
      undoRunId: text.describe('The undo that holds it.'),
    }),
    leaked: z.array(leaked).describe('The deny list. No hold protects these keys.'),
  }),
  whose,
  sandbox: z.object({ version, environment: z.record(text, text).describe('Variables for AWS clients.') }),
  error: z.object({
    version,
    error: z.object({
      exitCode: count.describe('1 or 2.'),
      code: text.nullable().describe('A code of docs/errors.md. null: the message is not of keysweep.'),
      message: text.describe('What happened, and what to do next.'),
    }),
  }),
  planFile: planFileSchema,
} as const;
