import { describe, expect, it } from 'vitest';

import type { Failure, FailureKind } from '../../src/aws/failure.ts';
import type { WriteResult } from '../../src/ledger/record.ts';
import { NO_KEYS } from '../../src/ledger/totals.ts';
import { countKeys, endOfFailure, endOfPlan, endOfWrites, failedWrites } from '../../src/sweep/outcome.ts';
import { due, FIRST, kept, plan } from './plan/plans.ts';

const failing = (kind: FailureKind, code = 'Code'): Failure => ({
  kind,
  call: 'iam:X',
  code,
  message: 'why',
});
const result = (overrides: Partial<WriteResult> = {}): WriteResult => ({
  accessKeyId: 'AKIA1',
  userName: 'ada',
  outcome: 'deactivated',
  ...overrides,
});
const unread = (userName: string, kind: FailureKind) => ({ userName, failure: failing(kind) });

it('an account that could not be entered or read has the failure as text, and no keys', () => {
  expect(endOfFailure(failing('cannot-assume', 'AccessDenied'))).toEqual({
    outcome: 'cannot-assume',
    reason: 'iam:X: AccessDenied: why',
    keys: NO_KEYS,
  });
});

describe('an account whose plan is not applied', () => {
  it('is planned when a key is due', () => {
    expect(endOfPlan(plan(FIRST, { decisions: [due(), kept(), kept()] }))).toEqual({
      outcome: 'planned',
      reason: '',
      keys: { ...NO_KEYS, seen: 3, kept: 2, due: 1 },
    });
  });

  it('has nothing due otherwise', () => {
    expect(endOfPlan(plan(FIRST, { decisions: [kept()] }))).toMatchObject({
      outcome: 'nothing-due',
      reason: '',
    });
  });

  it('has the failure of a user who could not be read, and names the user', () => {
    const read = { decisions: [due()], unreadUsers: [unread('bob', 'throttled')] };
    expect(endOfPlan(plan(FIRST, read))).toMatchObject({
      outcome: 'throttled',
      reason: 'bob: iam:X: Code: why',
      keys: { due: 1 },
    });
  });
});

describe('an account whose plan was applied', () => {
  it('is swept when a key was due, with the results', () => {
    const decisions = [due(), due(), kept()];
    const results = [result(), result({ outcome: 'already-gone' })];
    expect(endOfWrites(plan(FIRST, { decisions }), results)).toEqual({
      outcome: 'swept',
      reason: '',
      keys: { ...NO_KEYS, seen: 3, kept: 1, due: 2, deactivated: 1, alreadyGone: 1 },
    });
  });

  it('has nothing due otherwise', () => {
    expect(endOfWrites(plan(FIRST, { decisions: [kept()] }), [])).toMatchObject({
      outcome: 'nothing-due',
      reason: '',
    });
  });

  it('has the failure of a write, and names the key', () => {
    const results = [
      result(),
      result({ accessKeyId: 'AKIA2', outcome: 'failed', failure: failing('denied') }),
    ];
    expect(endOfWrites(plan(FIRST, { decisions: [due(), due()] }), results)).toMatchObject({
      outcome: 'denied',
      reason: 'AKIA2: iam:X: Code: why',
    });
  });

  it('has what an operator can fix first, of reads and writes together', () => {
    const read = {
      decisions: [due()],
      unreadUsers: [unread('bob', 'not-reached'), unread('cleo', 'throttled')],
    };
    const results = [result({ outcome: 'failed', failure: failing('denied') })];
    expect(endOfWrites(plan(FIRST, read), results)).toMatchObject({
      outcome: 'denied',
      reason: 'AKIA1: iam:X: Code: why (and 2 more)',
    });
  });
});

describe('the outcome of failed writes', () => {
  it('is empty when all succeeded', () => {
    expect(failedWrites([result()])).toEqual({});
  });

  it.each<[FailureKind, FailureKind[]]>([
    ['cannot-assume', ['not-reached', 'failed', 'throttled', 'denied', 'cannot-assume']],
    ['denied', ['not-reached', 'failed', 'throttled', 'denied']],
    ['throttled', ['not-reached', 'failed', 'throttled']],
    ['failed', ['not-reached', 'failed']],
    ['not-reached', ['not-reached']],
  ])('is %s among %j, in any order', (gravest, kinds) => {
    const results = kinds.map((kind, index) =>
      result({ accessKeyId: `AKIA${index}`, outcome: 'failed', failure: failing(kind) }),
    );
    const more = kinds.length > 1 ? ` (and ${kinds.length - 1} more)` : '';
    const reason = `AKIA${kinds.indexOf(gravest)}: iam:X: Code: why${more}`;
    expect(failedWrites(results)).toEqual({ outcome: gravest, reason });
    expect(failedWrites(results.toReversed())).toEqual({ outcome: gravest, reason });
  });
});

describe('the count of keys', () => {
  it('has the keys seen, kept and due, by the decisions', () => {
    const decisions = [due(), due({ action: 'delete' }), kept(), kept(), kept()];
    expect(countKeys(decisions, [])).toEqual({ ...NO_KEYS, seen: 5, kept: 3, due: 2 });
  });

  it.each([
    ['deactivated', 'deactivated'],
    ['deleted', 'deleted'],
    ['reactivated', 'reactivated'],
    ['already-gone', 'alreadyGone'],
    ['failed', 'failed'],
    ['unconfirmed', 'failed'],
    ['not-attempted', 'failed'],
  ] as const)('takes a write that ended as %s for %s', (outcome, count) => {
    expect(countKeys([], [result({ outcome }), result({ outcome })])).toEqual({ ...NO_KEYS, [count]: 2 });
  });
});
