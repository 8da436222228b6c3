import { describe, expect, it } from 'vitest';

import { explainDeniedRole, isNamedInTrust } from '../../src/doctor/denied-role.ts';

const USER =
  'User: arn:aws:sts::111122223333:assumed-role/Ann/ann is not authorized to perform: ' +
  'sts:AssumeRole on resource: arn:aws:iam::444455556666:role/KeysweepRotation';

/** Messages from https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
describe('a denied AssumeRole', () => {
  it.each([
    [
      'an SCP',
      `${USER} with an explicit deny in a service control policy`,
      'A service control policy (SCP) denies',
    ],
    [
      'policies of the caller',
      `${USER} because no identity-based policy allows the sts:AssumeRole action`,
      'Your own policies do not allow you to assume role KeysweepRotation',
    ],
    [
      'a boundary of the caller',
      `${USER} because no permissions boundary allows the sts:AssumeRole action`,
      'Your own policies do not allow you to assume role KeysweepRotation',
    ],
    ['the trust, or a missing role', USER, 'it does not exist, or does not trust you'],
    [
      'a denial in the trust',
      `${USER} with an explicit deny in a resource-based policy`,
      'it does not exist, or does not trust you',
    ],
  ])('names %s', (_, message, summary) => {
    const failure = { kind: 'cannot-assume', call: 'sts:AssumeRole', code: 'AccessDenied', message } as const;
    expect(explainDeniedRole(failure, 'KeysweepRotation')).toMatchObject({
      summary: expect.stringContaining(summary) as string,
      detail: message,
    });
  });
});

describe('the role that runs doctor', () => {
  const sso = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Security_*';
  it.each([
    [
      'arn:aws:sts::111122223333:assumed-role/keysweep-rotator/x',
      ['arn:aws:iam::111122223333:role/keysweep-rotator'],
      true,
    ],
    ['arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Security_0a1b/ann', [sso], true],
    ['arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0a1b/ann', [sso], false],
    [
      'arn:aws:sts::999999999999:assumed-role/keysweep-rotator/x',
      ['arn:aws:iam::111122223333:role/keysweep-rotator'],
      false,
    ],
    [
      'arn:aws:sts::111122223333:assumed-role/keysweep-rotator2/x',
      ['arn:aws:iam::111122223333:role/keysweep-rotator'],
      false,
    ],
    ['arn:aws:iam::111122223333:user/ann', ['arn:aws:iam::111122223333:role/ann'], false],
    ['arn:aws:sts::111122223333:assumed-role/a.b/x', ['arn:aws:iam::111122223333:role/a+b'], false],
  ])('%s is trusted by %j: %s', (arn, trusted, named) => {
    expect(isNamedInTrust(arn, trusted)).toBe(named);
  });
});
