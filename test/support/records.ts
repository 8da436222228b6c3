import { settingsToRecord } from '../../src/config/recorded-settings.ts';
import type {
  AccountFinished,
  AccountsListed,
  KeyCounts,
  LedgerRecord,
  RunStarted,
  RunSummary,
} from '../../src/ledger/record.ts';
import { NO_KEYS } from '../../src/ledger/totals.ts';
import type { OrganizationAccount } from '../../src/organization/account.ts';
import { configWith } from './build-config.ts';

/** Records as a sweep writes them, with overrides. */

export const RUN_ID = '20261127T225500Z-1a2b3c';
export const AT = '2026-11-27T22:55:00.000Z';

export function account(id: string): OrganizationAccount {
  return { id, name: `account ${id}`, state: 'ACTIVE', isManagementAccount: false };
}

export function runStarted(overrides: Partial<RunStarted> = {}): RunStarted {
  return {
    type: 'run-started',
    at: AT,
    runId: RUN_ID,
    mode: 'sweep',
    keysweepVersion: '0.1.0',
    organizationId: 'o-a1b2c3d4e5',
    managementAccountId: '111111111111',
    caller: 'arn:aws:sts::111111111111:assumed-role/KeysweepRotator/keysweep',
    configSha256: 'c0ffee',
    ...overrides,
  };
}

export function accountsListed(...ids: string[]): AccountsListed {
  return { type: 'accounts-listed', at: AT, accounts: ids.map(account) };
}

export function accountFinished(
  accountId: string,
  overrides: Partial<AccountFinished> = {},
): AccountFinished {
  return {
    type: 'account-finished',
    at: AT,
    accountId,
    outcome: 'swept',
    reason: '',
    keys: NO_KEYS,
    ...overrides,
  };
}

export function keyCounts(overrides: Partial<KeyCounts>): KeyCounts {
  return { ...NO_KEYS, ...overrides };
}

export function summary(overrides: Partial<RunSummary> = {}): RunSummary {
  return {
    runId: RUN_ID,
    mode: 'sweep',
    organizationId: 'o-a1b2c3d4e5',
    startedAt: AT,
    finishedAt: AT,
    verdict: 'ok',
    filtered: false,
    accountsListed: 1,
    accounts: { swept: 1 },
    keys: NO_KEYS,
    limitsExceeded: [],
    problems: [],
    warnings: [],
    ...overrides,
  };
}

/** With an entry in every list. */
export const SETTINGS = settingsToRecord(
  configWith({
    optOuts: [{ account: '333333333333', owner: 'ada', reason: 'freeze', until: '2027-01-31' }],
    overrides: [
      { accounts: ['222222222222'], armed: true, rules: { maxKeyAgeDays: 30 } },
      {
        organizationalUnits: ['ou-ab12-cdefghij'],
        exempt: { users: ['break-glass-*'], groups: [{ name: 'Ops', owner: 'bob', until: '2026-12-31' }] },
      },
    ],
  }),
);

/** One of each, with every field set. */
export const EVERY_RECORD: readonly LedgerRecord[] = [
  runStarted({
    filters: { accounts: ['222222222222'], organizationalUnits: ['ou-ab12-cdefghij'] },
    undoOf: RUN_ID,
    scheduledFor: AT,
    noticeFor: AT,
    settings: SETTINGS,
  }),
  {
    ...accountsListed('222222222222', '333333333333'),
    units: [
      { id: 'r-ab12', name: 'Root', accounts: ['333333333333'] },
      { id: 'ou-ab12-cdefghij', name: 'Workloads', parent: 'r-ab12', accounts: ['222222222222'] },
    ],
    groups: { '222222222222': 'payments' },
  },
  {
    type: 'account-planned',
    at: AT,
    accountId: '222222222222',
    armed: true,
    users: 2,
    missingGroups: ['Administrators'],
    decisions: [
      {
        accessKeyId: 'AKIA1',
        userName: 'ada',
        status: 'Active',
        createDate: new Date('2026-01-02T03:04:05.000Z'),
        action: 'deactivate',
        reason: 'maxKeyAgeDays is 0',
      },
      {
        accessKeyId: 'AKIA2',
        userName: 'ada',
        status: 'Inactive',
        createDate: new Date('2025-01-02T03:04:05.000Z'),
        lastUsed: null,
        action: 'keep',
        reason: 'deleteAfterDays not reached',
        exemption: { name: 'break-glass-*', until: '2027-01-31' },
      },
    ],
    unreadUsers: [
      {
        userName: 'bob',
        failure: {
          kind: 'throttled',
          call: 'iam:ListUserTags',
          code: 'Throttling',
          message: 'Rate exceeded',
        },
      },
    ],
    machineUsers: [{ userName: 'svc-backup', sign: 'name' }],
    rules: { maxKeyAgeDays: 0, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
    remembered: [
      {
        accessKeyId: 'AKIA2',
        inactiveSince: new Date('2026-11-20T22:55:00.000Z'),
        holdUntil: new Date('2026-12-20T22:55:00.000Z'),
      },
    ],
    contacts: [{ userName: 'ada', address: 'ada@example.com' }],
    matchedExemptions: ['exempt.users break-glass-*'],
  },
  {
    type: 'limits-checked',
    at: AT,
    exceeded: [{ limit: 'maxKeys', allowed: 500, found: 501, message: 'too many' }],
    withheld: [{ accountId: '222222222222', reason: 'too many here' }],
    notNotified: ['AKIA2'],
    warnings: ['an exemption matches nothing any more'],
    matchedExemptions: ['exempt.users break-glass-*'],
    dueKeys: { '222222222222': 501 },
  },
  {
    type: 'writes-intended',
    at: AT,
    accountId: '222222222222',
    writes: [
      {
        accessKeyId: 'AKIA1',
        userName: 'ada',
        action: 'deactivate',
        reason: 'maxKeyAgeDays is 0',
        statusBefore: 'Active',
      },
    ],
  },
  {
    type: 'writes-done',
    at: AT,
    accountId: '222222222222',
    results: [
      {
        accessKeyId: 'AKIA1',
        userName: 'ada',
        outcome: 'failed',
        failure: { kind: 'denied', call: 'iam:UpdateAccessKey', code: 'AccessDenied', message: 'no' },
      },
    ],
  },
  accountFinished('222222222222', { outcome: 'denied', reason: 'iam:UpdateAccessKey: AccessDenied' }),
  accountFinished('333333333333', {
    outcome: 'opted-out',
    optOut: { owner: 'payments@example.com', reason: 'freeze', until: '2027-01-31' },
  }),
  { type: 'requests-sent', at: AT, calls: 11, throttles: 1 },
  {
    type: 'run-finished',
    at: AT,
    summary: summary({
      undoOf: RUN_ID,
      accounts: { denied: 1, 'not-reached': 1 },
      accountsListed: 2,
      scheduledFor: AT,
      noticeFor: AT,
      calls: 12,
      throttles: 1,
      matchedExemptions: ['exempt.users break-glass-*'],
      dueKeys: { '222222222222': 501 },
      departed: ['444444444444'],
    }),
  },
  { type: 'notice-sent', at: AT, channel: 'events', label: 'Sweep Failed', count: 1 },
  {
    type: 'notice-failed',
    at: AT,
    channel: 'mail',
    label: 'ada@example.com',
    count: 1,
    failure: { kind: 'failed', call: 'ses:SendEmail', code: 'MessageRejected', message: 'not verified' },
    accessKeyIds: ['AKIA1'],
  },
];
