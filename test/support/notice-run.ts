import { foldRun, type StoredRun } from '../../src/ledger/stored-run.ts';
import type { Contact, LedgerRecord, RunStarted, RunSummary } from '../../src/ledger/record.ts';
import type { KeyDecision, Revoke } from '../../src/rules/decision.ts';
import { account, accountFinished, AT, runStarted, summary } from './records.ts';

/** Stored runs of which people are notified. */

export const SWEEP_AT = '2026-11-27T22:55:00.000Z';

export const due = (accessKeyId: string, userName = 'ada', overrides: Partial<Revoke> = {}): Revoke => ({
  accessKeyId,
  userName,
  status: 'Active',
  createDate: new Date('2026-08-19T12:00:00Z'),
  action: 'deactivate',
  reason: 'maxKeyAgeDays is 0',
  ...overrides,
});

export const kept = (accessKeyId: string, userName = 'ada'): KeyDecision => ({
  accessKeyId,
  userName,
  status: 'Active',
  createDate: new Date('2026-11-20T12:00:00Z'),
  action: 'keep',
  reason: 'maxKeyAgeDays not reached',
});

export interface AccountSetting {
  readonly id: string;
  readonly name?: string;
  readonly armed?: boolean;
  readonly decisions?: readonly KeyDecision[];
  readonly contacts?: readonly Contact[];
  /** Default: planned. */
  readonly end?: Partial<Parameters<typeof accountFinished>[1]>;
  readonly more?: readonly LedgerRecord[];
}

export interface RunSetting {
  readonly started?: Partial<RunStarted>;
  readonly summary?: Partial<RunSummary>;
  readonly accounts?: readonly AccountSetting[];
  readonly exceeded?: readonly string[];
}

export function storedRun(setting: RunSetting = {}): Promise<StoredRun> {
  const { accounts = [], exceeded = [] } = setting;
  return foldRun([
    runStarted(setting.started),
    {
      type: 'accounts-listed',
      at: AT,
      accounts: accounts.map(({ id, name }) => ({ ...account(id), ...(name !== undefined && { name }) })),
    },
    ...accounts.flatMap(recordsOf),
    {
      type: 'limits-checked',
      at: AT,
      exceeded: exceeded.map((message) => ({ limit: 'maxKeys', allowed: 1, found: 2, message })),
    },
    { type: 'run-finished', at: AT, summary: summary(setting.summary) },
  ]);
}

function recordsOf({
  id,
  armed = true,
  decisions,
  contacts,
  end,
  more = [],
}: AccountSetting): LedgerRecord[] {
  const plan: LedgerRecord[] = decisions
    ? [
        {
          type: 'account-planned',
          at: AT,
          accountId: id,
          armed,
          users: 1,
          missingGroups: [],
          decisions,
          unreadUsers: [],
          ...(contacts && { contacts }),
        },
      ]
    : [];
  return [...plan, ...more, accountFinished(id, { outcome: 'planned', ...end })];
}

/** Keys that a sweep wrote to in an account. */
export function written(
  accountId: string,
  ...keys: readonly (readonly [accessKeyId: string, outcome: 'deactivated' | 'deleted' | 'failed'])[]
): LedgerRecord[] {
  return [
    {
      type: 'writes-intended',
      at: AT,
      accountId,
      writes: keys.map(([accessKeyId, outcome]) => ({
        accessKeyId,
        userName: 'ada',
        action: outcome === 'deleted' ? 'delete' : 'deactivate',
        reason: 'maxKeyAgeDays reached',
        statusBefore: 'Active',
      })),
    },
    {
      type: 'writes-done',
      at: AT,
      accountId,
      results: keys.map(([accessKeyId, outcome]) => ({ accessKeyId, userName: 'ada', outcome })),
    },
  ];
}
