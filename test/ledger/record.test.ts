import { describe, expect, expectTypeOf, it } from 'vitest';
import { ZodError } from 'zod';

import type { Failure } from '../../src/aws/failure.ts';
import type { AccountOutcome } from '../../src/ledger/outcomes.ts';
import {
  recordSchema,
  type AccountPlanned,
  type AccountsListed,
  type IntendedWrite,
  type LedgerRecord,
  type LimitsChecked,
  type NoticeChannel,
  type RunMode,
  type RunVerdict,
  type WriteResult,
} from '../../src/ledger/record.ts';
import type { OrganizationAccount } from '../../src/organization/account.ts';
import type { ListedUnit } from '../../src/organization/ou-tree.ts';
import type { ExceededLimit } from '../../src/rules/breaker.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import type { MachineSign, MachineUser } from '../../src/rules/machine-user.ts';
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

/** A field that holds one of some words, and a record with a word there. */
interface Words {
  readonly what: string;
  readonly words: readonly string[];
  readonly record: (word: string) => LedgerRecord;
}

/** @param words an object, for the compiler to see that none is left out */
function wordsOf<Word extends string>(
  what: string,
  words: Readonly<Record<Word, true>>,
  record: (word: Word) => LedgerRecord,
): Words {
  return { what, words: Object.keys(words), record: (word) => record(word as Word) };
}

const FAILURES = {
  'cannot-assume': true,
  denied: true,
  throttled: true,
  'not-reached': true,
  failed: true,
} as const;
const REVOKE_REASONS = {
  'maxKeyAgeDays is 0': true,
  'maxKeyAgeDays reached': true,
  'deleteAfterDays reached': true,
} as const;
const keep = { action: 'keep', reason: 'maxKeyAgeDays not reached' } as const;
const revoke = { action: 'delete', reason: 'maxKeyAgeDays is 0' } as const;

const WORDS: readonly Words[] = [
  wordsOf<RunMode>('mode', { plan: true, sweep: true, undo: true }, (mode) => runStarted({ mode })),
  wordsOf<Failure['kind']>('kind of failure', FAILURES, (kind) =>
    planned({ unreadUsers: [{ userName: 'ada', failure: { ...FAILURE, kind } }] }),
  ),
  wordsOf<AccountOutcome>(
    'outcome of an account',
    {
      ...FAILURES,
      swept: true,
      'nothing-due': true,
      planned: true,
      'opted-out': true,
      'out-of-scope': true,
      'not-active': true,
    },
    (outcome) => accountFinished('1', { outcome }),
  ),
  wordsOf<(KeyDecision & { action: 'keep' })['reason']>(
    'reason to keep',
    {
      'own-key': true,
      'not-in-plan': true,
      'exempt.users': true,
      'exempt.groups': true,
      'exempt.userTag': true,
      'no-console-access': true,
      'on-hold': true,
      'maxKeyAgeDays not reached': true,
      'mode is deactivate': true,
      'deleteAfterDays not reached': true,
      'unknown-status': true,
    },
    (reason) => decided({ ...keep, reason }),
  ),
  wordsOf<keyof typeof REVOKE_REASONS>('reason to revoke', REVOKE_REASONS, (reason) =>
    decided({ ...revoke, reason }),
  ),
  wordsOf<'deactivate' | 'delete'>('action on a due key', { deactivate: true, delete: true }, (action) =>
    decided({ ...revoke, action }),
  ),
  wordsOf<ExceededLimit['limit']>(
    'limit',
    { maxKeys: true, maxGrowth: true, maxAccountsDrop: true, maxCannotAssume: true, maxShareOfKeys: true },
    (limit) => ({
      type: 'limits-checked',
      at: AT,
      exceeded: [{ limit, allowed: 1, found: 2, message: '' }],
    }),
  ),
  wordsOf<MachineSign>(
    'sign of a machine',
    { 'no-console-access': true, 'console-access-unknown': true, name: true },
    (sign) => planned({ machineUsers: [{ userName: 'ada', sign }] }),
  ),
  wordsOf<NonNullable<AccountPlanned['rules']>['mode']>(
    'mode of the rules',
    { 'deactivate-then-delete': true, deactivate: true, delete: true },
    (mode) => planned({ rules: { maxKeyAgeDays: 0, mode, deleteAfterDays: 7 } }),
  ),
  wordsOf<IntendedWrite['action']>('action', { deactivate: true, delete: true, reactivate: true }, (action) =>
    writes({ action }),
  ),
  wordsOf<IntendedWrite['reason']>('reason to write', { ...REVOKE_REASONS, undo: true }, (reason) =>
    writes({ reason }),
  ),
  wordsOf<WriteResult['outcome']>(
    'outcome of a key',
    {
      deactivated: true,
      deleted: true,
      reactivated: true,
      'already-gone': true,
      failed: true,
      unconfirmed: true,
      'not-attempted': true,
    },
    (outcome) => ({
      type: 'writes-done',
      at: AT,
      accountId: '1',
      results: [{ accessKeyId: 'AKIA1', userName: 'ada', outcome }],
    }),
  ),
  wordsOf<RunVerdict>('verdict of a run', { ok: true, incomplete: true, stopped: true }, (verdict) => ({
    type: 'run-finished',
    at: AT,
    summary: summary({ verdict }),
  })),
  wordsOf<NoticeChannel>('channel', { events: true, topic: true, mail: true }, (channel) => ({
    type: 'notice-sent',
    at: AT,
    channel,
    label: 'x',
    count: 1,
  })),
];

describe('recordSchema', () => {
  it.each(EVERY_RECORD)('reads $type as it was written, dates and all', (record) => {
    expect(storedAndRead(record)).toEqual(record);
  });

  it.each(WORDS)('reads every $what, and no other word', ({ words, record }) => {
    for (const word of words) {
      const written = record(word);
      expect(storedAndRead(written)).toEqual(written);
    }
    expect(() => storedAndRead(record('another'))).toThrow(ZodError);
  });

  it.each<[string, LedgerRecord, string]>([
    ['an account without an id', accountFinished(''), 'the id of an account'],
    ['a key without a user', writes({ userName: '' }), 'the name of a user'],
    ['a key without an id', writes({ accessKeyId: '' }), 'the id of an access key'],
    ['a run whose id is none', runStarted({ runId: 'last' }), 'a run id'],
    ['fewer than none', accountFinished('1', { keys: keyCounts({ seen: -1 }) }), 'expected number to be >=0'],
  ])('says what was expected instead of %s', (_, record, message) => {
    expect(() => storedAndRead(record)).toThrow(message);
  });

  it('holds what the rules decide, field by field and word by word (the compiler checks it)', () => {
    expectTypeOf<AccountPlanned['decisions'][number]>().toEqualTypeOf<KeyDecision>();
    expectTypeOf<NonNullable<AccountPlanned['machineUsers']>[number]>().toEqualTypeOf<MachineUser>();
    expectTypeOf<LimitsChecked['exceeded'][number]>().toEqualTypeOf<ExceededLimit>();
    expectTypeOf<AccountPlanned['unreadUsers'][number]['failure']>().toEqualTypeOf<Failure>();
    expectTypeOf<AccountsListed['accounts'][number]>().toEqualTypeOf<OrganizationAccount>();
    expectTypeOf<NonNullable<AccountsListed['units']>[number]>().toEqualTypeOf<ListedUnit>();
  });

  it.each([
    ['an unknown type', { type: 'account-renamed' }],
    ['no time', { at: 'yesterday' }],
    ['a field that is missing', { caller: undefined }],
    ['an unknown mode', { mode: 'dry-run' }],
  ])('refuses %s', (_, wrong) => {
    expect(recordSchema.safeParse({ ...EVERY_RECORD[0], ...wrong }).success).toBe(false);
  });
});
