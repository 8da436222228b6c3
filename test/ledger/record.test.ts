import { describe, expect, expectTypeOf, it } from 'vitest';
import { ZodError } from 'zod';

import type { Failure } from '../../src/aws/failure.ts';
import {
  recordSchema,
  type AccountPlanned,
  type AccountsListed,
  type IntendedWrite,
  type LedgerRecord,
  type LimitsChecked,
} from '../../src/ledger/record.ts';
import type { OrganizationAccount } from '../../src/organization/account.ts';
import type { ListedUnit } from '../../src/organization/ou-tree.ts';
import type { ExceededLimit } from '../../src/rules/breaker.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import type { MachineUser } from '../../src/rules/machine-user.ts';
import { accountFinished, AT, EVERY_RECORD, keyCounts, runStarted, summary } from '../support/records.ts';

const storedAndRead = (record: LedgerRecord): unknown =>
  recordSchema.parse(JSON.parse(JSON.stringify(record)));

const FAILURE: Failure = { kind: 'failed', call: 'iam:GetGroup', code: 'Odd', message: 'no' };

function planned(overrides: Partial<AccountPlanned>): AccountPlanned {
  return {
    type: 'account-planned',
    at: AT,
    accountId: '1',
    armed: false,
    users: 0,
    missingGroups: [],
    decisions: [],
    unreadUsers: [],
    ...overrides,
  };
}

const decided = (decision: Pick<KeyDecision, 'action' | 'reason'>): AccountPlanned => {
  const about = { accessKeyId: 'AKIA1', userName: 'ada', status: 'Active', createDate: new Date(AT) };
  return planned({ decisions: [{ ...about, ...decision } as KeyDecision] });
};

function writes(overrides: Partial<IntendedWrite>): LedgerRecord {
  const write = { accessKeyId: 'AKIA1', userName: 'ada', action: 'delete', statusBefore: 'Active' } as const;
  return {
    type: 'writes-intended',
    at: AT,
    accountId: '1',
    writes: [{ ...write, reason: 'maxKeyAgeDays is 0', ...overrides }],
  };
}

const keep = { action: 'keep', reason: 'maxKeyAgeDays not reached' } as const;
const revoke = { action: 'delete', reason: 'maxKeyAgeDays is 0' } as const;
const FAILURES = ['cannot-assume', 'denied', 'throttled', 'not-reached', 'failed'];
const OK = ['swept', 'nothing-due', 'planned', 'inventoried', 'opted-out', 'out-of-scope', 'not-active'];
const REVOKE = [
  ...['maxKeyAgeDays is 0', 'maxKeyAgeDays reached', 'maxUnusedDays reached', 'deleteAfterDays reached'],
];
const KEEP = [
  ...['own-key', 'not-in-plan', 'changed-since-plan', 'exempt.users', 'exempt.groups', 'exempt.userTag'],
  'no-console-access',
  ...['on-hold', 'maxKeyAgeDays not reached', 'mode is deactivate', 'deleteAfterDays not reached'],
  'maxUnusedDays not reached',
  'unknown-status',
];
const LIMITS = ['maxKeys', 'maxGrowth', 'maxAccountsDrop', 'maxCannotAssume', 'maxShareOfKeys'];
const MODES = ['deactivate-then-delete', 'deactivate', 'delete'];
const KEY_OUTCOMES = ['deactivated', 'deleted', 'reactivated', 'already-gone', 'failed', 'unconfirmed'];

/** The words are part of the stored format, so they are spelled out here. */
const WORDS: readonly [what: string, words: readonly string[], record: (word: never) => LedgerRecord][] = [
  ['mode', ['plan', 'sweep', 'undo'], (mode) => runStarted({ mode })],
  [
    'kind of failure',
    FAILURES,
    (kind) => planned({ unreadUsers: [{ userName: 'ada', failure: { ...FAILURE, kind } }] }),
  ],
  ['outcome of an account', [...OK, ...FAILURES], (outcome) => accountFinished('1', { outcome })],
  ['reason to keep', KEEP, (reason) => decided({ ...keep, reason })],
  ['reason to revoke', REVOKE, (reason) => decided({ ...revoke, reason })],
  ['action on a due key', ['deactivate', 'delete'], (action) => decided({ ...revoke, action })],
  [
    'limit',
    LIMITS,
    (limit) => ({
      type: 'limits-checked',
      at: AT,
      exceeded: [{ limit, allowed: 1, found: 2, message: '' }],
    }),
  ],
  [
    'sign of a machine',
    ['no-console-access', 'console-access-unknown', 'name'],
    (sign) => planned({ machineUsers: [{ userName: 'ada', sign }] }),
  ],
  ['mode of the rules', MODES, (mode) => planned({ rules: { maxKeyAgeDays: 0, mode, deleteAfterDays: 7 } })],
  ['action', ['deactivate', 'delete', 'reactivate'], (action) => writes({ action })],
  ['reason to write', [...REVOKE, 'undo'], (reason) => writes({ reason })],
  [
    'outcome of a key',
    [...KEY_OUTCOMES, 'not-attempted'],
    (outcome) => ({
      type: 'writes-done',
      at: AT,
      accountId: '1',
      results: [{ accessKeyId: 'AKIA1', userName: 'ada', outcome }],
    }),
  ],
  [
    'verdict of a run',
    ['ok', 'incomplete', 'stopped', 'cancelled'],
    (verdict) => ({ type: 'run-finished', at: AT, summary: summary({ verdict }) }),
  ],
  [
    'channel',
    ['events', 'topic', 'mail', 'security-hub'],
    (channel) => ({ type: 'notice-sent', at: AT, channel, label: 'x', count: 1 }),
  ],
];

describe('recordSchema', () => {
  it.each(EVERY_RECORD)('reads $type as it was written, with dates', (record) => {
    expect(storedAndRead(record)).toEqual(record);
  });

  it.each(WORDS)('reads every %s, and no other word', (_, words, record) => {
    for (const word of words) {
      const written = record(word as never);
      expect(storedAndRead(written)).toEqual(written);
    }
    expect(() => storedAndRead(record('another' as never))).toThrow(ZodError);
  });

  it.each<[string, LedgerRecord, string]>([
    ['an account without an ID', accountFinished(''), 'an account ID'],
    ['a key without a user', writes({ userName: '' }), 'a user name'],
    ['a key without an ID', writes({ accessKeyId: '' }), 'an access key ID'],
    ['an invalid run ID', runStarted({ runId: 'last' }), 'a run ID'],
    [
      'a negative count',
      accountFinished('1', { keys: keyCounts({ seen: -1 }) }),
      'expected number to be >=0',
    ],
  ])('says what was expected instead of %s', (_, record, message) => {
    expect(() => storedAndRead(record)).toThrow(message);
  });

  it('has the types of what it stores (checked by the compiler)', () => {
    expectTypeOf<AccountPlanned['decisions'][number]>().toEqualTypeOf<KeyDecision>();
    expectTypeOf<NonNullable<AccountPlanned['machineUsers']>[number]>().toEqualTypeOf<MachineUser>();
    expectTypeOf<LimitsChecked['exceeded'][number]>().toEqualTypeOf<ExceededLimit>();
    expectTypeOf<AccountPlanned['unreadUsers'][number]['failure']>().toEqualTypeOf<Failure>();
    expectTypeOf<AccountsListed['accounts'][number]>().toEqualTypeOf<OrganizationAccount>();
    expectTypeOf<NonNullable<AccountsListed['units']>[number]>().toEqualTypeOf<ListedUnit>();
  });

  it.each([
    ['an unknown type', { type: 'account-renamed' }],
    ['an invalid time', { at: 'yesterday' }],
    ['a missing field', { caller: undefined }],
    ['an unknown mode', { mode: 'dry-run' }],
  ])('refuses %s', (_, wrong) => {
    expect(recordSchema.safeParse({ ...EVERY_RECORD[0], ...wrong }).success).toBe(false);
  });
});
