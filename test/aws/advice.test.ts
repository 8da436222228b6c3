import { describe, expect, it } from 'vitest';

import type { Failure } from '../../src/aws/failure.ts';
import { OUTCOMES } from '../../src/ledger/outcomes.ts';
import { ACCOUNT_ADVICE, advice } from '../../src/aws/advice.ts';

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
    ['no Region', { message: 'Region is missing' }, /AWS_REGION/],
    ['an empty Region', { message: 'Region not accepted: region="" is no' }, /AWS_REGION/],
    ['a closed port', { code: 'ECONNREFUSED' }, /did not answer.*--endpoint-url/],
    ['no answer', { code: 'TimeoutError' }, /did not answer.*--endpoint-url/],
    ['an unknown host', { code: 'ENOTFOUND' }, /Check the network/],
    ['rejected credentials', { code: 'InvalidClientTokenId' }, /Sign in again/],
    ['a missing bucket', { call: 's3:PutObject', code: 'NoSuchBucket' }, /Deploy the ledger.*--ledger/],
    [
      'a denied bucket',
      { kind: 'denied', call: 's3:ListObjectsV2' },
      /docs\/deployment.md lists what the ledger needs/,
    ],
    ['a denied tag index', { kind: 'denied', call: 'tag:GetResources' }, /management account/],
    ['no organization', { code: 'AWSOrganizationsNotInUseException' }, /not belong to an organization/],
    [
      'a member account',
      { kind: 'denied', call: 'organizations:ListAccounts' },
      /management account|delegated/,
    ],
    ['a denied call of IAM', { kind: 'denied', call: 'iam:GetGroup' }, /deploy again.*SCP/],
    [
      'a role that cannot be assumed',
      { kind: 'cannot-assume', call: 'sts:AssumeRole' },
      /Deploy the rotation role/,
    ],
    ['throttling', { kind: 'throttled' }, /concurrency/],
    ['a run out of time', { kind: 'not-reached' }, /Run again/],
    ['an invalid response', { code: 'RepeatedToken' }, /Run again.*AWS Support/],
    ['any other failure', {}, undefined],
  ])('on %s', (_, of, expected) => {
    const text = advice(failure(of));
    if (expected === undefined) expect(text).toBeUndefined();
    else expect(text).toMatch(expected);
  });

  it('exists for every bad outcome', () => {
    for (const outcome of OUTCOMES.bad) expect(ACCOUNT_ADVICE[outcome]).toMatch(/\./);
  });
});
