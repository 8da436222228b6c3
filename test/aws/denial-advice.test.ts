import { expect, it } from 'vitest';

import { advice } from '../../src/aws/advice.ts';
import { denialAdvice } from '../../src/aws/denial-advice.ts';

const USER = 'User: arn:aws:sts::111122223333:assumed-role/KeysweepRotation/keysweep-x';
const ROLE = 'arn:aws:iam::444455556666:role/KeysweepRotation';

const denial = (action: string, rest: string): string =>
  `${USER} is not authorized to perform: ${action} ${rest}`;

// As AWS words them: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
it.each([
  ['iam:GetGroup', 'iam:GetGroup', 'with an explicit deny in a service control policy', /SCP/],
  ['iam:GetGroup', 'iam:GetGroup', 'because no service control policy allows the iam:GetGroup action', /SCP/],
  ['sts:AssumeRole', 'sts:AssumeRole', 'with an explicit deny in a resource control policy', /RCP/],
  ['s3:PutObject', 's3:PutObject', 'because no VPC endpoint policy allows the action', /VPC endpoint/],
  [
    'iam:GetGroup',
    'iam:GetGroup',
    'because no permissions boundary allows the action',
    /Extend the boundary/,
  ],
  [
    'iam:UpdateAccessKey',
    'iam:UpdateAccessKey',
    'with an explicit deny in a session policy',
    /session policy/,
  ],
  ['sts:AssumeRole', 'sts:TagSession', `on resource: ${ROLE}`, /transitive session tags/],
  ['s3:PutObject', 'kms:GenerateDataKey', 'because no identity-based policy allows it', /with a KMS key/],
  ['sts:GetCallerIdentity', 'sts:AssumeRole', `on resource: ${ROLE}`, /role_arn in/],
])('a call of %s that may not %s %s', (call, action, rest, expected) => {
  const message = denial(action, rest);
  expect(denialAdvice(`${call}: AccessDenied: ${message}`)).toMatch(expected);
  expect(advice({ kind: 'denied', call, code: 'AccessDenied', message })).toMatch(expected);
});

it('credentials that expire during a run', () => {
  const reason = 'sts:AssumeRole: ExpiredToken: The security token included in the request is expired';
  expect(denialAdvice(reason)).toMatch(/have expired\. Sign in/);
});

it.each([
  ['iam:GetGroup', 'iam:GetGroup', 'on resource: group Developers'],
  ['iam:GetGroup', 'iam:GetGroup', 'because no identity-based policy allows the iam:GetGroup action'],
  ['sts:AssumeRole', 'sts:AssumeRole', `on resource: ${ROLE}`],
])('nothing more is known of %s that may not %s %s', (call, action, rest) => {
  expect(denialAdvice(`${call}: AccessDenied: ${denial(action, rest)}`)).toBeUndefined();
});

it('a Region that is not active in an account', () => {
  const failure = {
    kind: 'failed',
    call: 'sts:AssumeRole',
    code: 'RegionDisabledException',
    message: 'STS is not activated in this region for account: 444455556666.',
  } as const;
  expect(advice(failure)).toMatch(/Enable the Region there/);
});
