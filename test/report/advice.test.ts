import { describe, expect, it } from 'vitest';

import type { Failure } from '../../src/calls/failure.ts';
import { OUTCOMES } from '../../src/ledger/record.ts';
import { ACCOUNT_ADVICE, advice } from '../../src/report/advice.ts';

const failure = (overrides: Partial<Failure>): Failure => ({
  kind: 'failed',
  call: 'sts:GetCallerIdentity',
  code: 'Whatever',
  message: 'no',
  ...overrides,
});

describe('advice', () => {
  it.each<[string, Partial<Failure>, RegExp | undefined]>([
    ['no credentials', { code: 'CredentialsProviderError' }, /Sign in|AWS_PROFILE/],
    ['expired ones', { code: 'ExpiredToken' }, /expired/],
    ['expired ones, as JSON services say it', { code: 'ExpiredTokenException' }, /expired/],
    ['no organization', { code: 'AWSOrganizationsNotInUseException' }, /no organization/],
    [
      'a member account',
      { kind: 'denied', call: 'organizations:ListAccounts' },
      /management account|delegated/,
    ],
    ['a denied call of IAM', { kind: 'denied', call: 'iam:GetGroup' }, /SCP|lacks/],
    [
      'a role that cannot be assumed',
      { kind: 'cannot-assume', call: 'sts:AssumeRole' },
      /Deploy the rotation role/,
    ],
    ['throttling', { kind: 'throttled' }, /concurrency/],
    ['the end of time', { kind: 'not-reached' }, /Run again/],
    ['anything else, whose message says it all', {}, undefined],
  ])('on %s', (_, of, expected) => {
    const given = advice(failure(of));
    if (expected === undefined) expect(given).toBeUndefined();
    else expect(given).toMatch(expected);
  });

  it('is there for every bad outcome but the one whose reason is all there is', () => {
    for (const outcome of OUTCOMES.bad)
      expect(ACCOUNT_ADVICE[outcome] !== undefined).toBe(outcome !== 'failed');
  });
});
