import { describe, expect, it } from 'vitest';
import { parsePolicy, type PolicyStatement } from '../../sandbox/policy/document.ts';
import { denialReason, trustMatch, type ApplicablePolicies } from '../../sandbox/policy/evaluate.ts';

const USER = 'arn:aws:iam::111122223333:user/team/ann';
const VALUES: Readonly<Record<string, string>> = {
  'aws:principalarn': 'arn:aws:iam::999999999999:role/Rotator',
  'aws:principalorgid': 'o-abc1234567',
  'aws:resourcetag/keysweep': 'exempt',
  'aws:username': 'ann',
  'aws:securetransport': 'true',
  'ses:recipients': 'ada@example.com\nbob@example.com',
};
const request = (action: string, resource = USER) => ({
  action,
  resource,
  context: (key: string) => VALUES[key],
});
const policy = (...statements: Partial<PolicyStatement>[]) =>
  parsePolicy({
    Statement: statements.map((each) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...each })),
  });
const policies = (parts: Partial<ApplicablePolicies> = {}): ApplicablePolicies => ({
  scps: [],
  identity: [policy({})],
  session: undefined,
  ...parts,
});
const allows = (statement: Partial<PolicyStatement>, action = 'iam:GetUser', resource?: string) =>
  denialReason(policies({ identity: [policy(statement)] }), request(action, resource)) === undefined;

describe('a statement', () => {
  it.each([
    ['iam:GetUser', true],
    ['iam:getuser', true],
    ['IAM:Get*', true],
    ['iam:Get?ser', true],
    ['iam:*', true],
    ['iam:GetUse', false],
    ['iam:GetUser?', false],
    ['sts:*', false],
    [['sts:*', 'iam:GetUser'], true],
  ])('with the action %j matches iam:GetUser: %s', (Action, expected) => {
    expect(allows({ Action })).toBe(expected);
  });

  it.each([
    [USER, true],
    ['arn:aws:iam::*:user/*', true],
    ['arn:aws:iam::111122223333:user/team/*', true],
    ['arn:aws:iam::111122223333:user/${aws:username}', false],
    ['arn:aws:iam::111122223333:user/team/${aws:username}', true],
    ['arn:aws:iam::111122223333:user/*/${aws:username}', true],
    ['arn:aws:iam::111122223333:user/team/${aws:unknown}', false],
    ['arn:aws:iam::111122223333:USER/team/ann', false],
    ['arn:aws:iam::111122223333:group/*', false],
    ['arn.aws:iam::111122223333:user/team/ann', false],
  ])('with the resource %s matches: %s', (Resource, expected) => {
    expect(allows({ Resource })).toBe(expected);
  });

  it('can have NotAction and NotResource', () => {
    const statement = { Effect: 'Allow', Resource: '*', NotAction: 'iam:*' } as const;
    const parsed = parsePolicy({ Statement: statement });
    expect(denialReason(policies({ identity: [parsed] }), request('iam:GetUser'))).toBeTruthy();
    expect(denialReason(policies({ identity: [parsed] }), request('sts:GetCallerIdentity'))).toBeUndefined();
    const others = parsePolicy({ Statement: { Effect: 'Allow', Action: '*', NotResource: USER } });
    expect(denialReason(policies({ identity: [others] }), request('iam:GetUser'))).toBeTruthy();
    expect(denialReason(policies({ identity: [others] }), request('iam:GetUser', '*'))).toBeUndefined();
  });

  it.each([
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-ABC1234567' } }, false],
    [{ StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'o-ABC1234567' } }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': ['o-x', 'o-abc1234567'] } }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-*' } }, false],
    [{ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, true],
    [{ StringNotEquals: { 'aws:ResourceTag/keysweep': 'exempt' } }, false],
    [{ StringNotEquals: { 'aws:ResourceTag/other': 'exempt' } }, true],
    [{ StringNotLike: { 'aws:ResourceTag/keysweep': ['a*', 'e*'] } }, false],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Rotator' } }, true],
    [{ ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Other' } }, false],
    [{ ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/Other' } }, true],
    [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
    [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, false],
    [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, true],
    [{ Null: { 'sts:ExternalId': 'true' } }, true],
    [{ Null: { 'aws:PrincipalArn': 'true' } }, false],
    [{ 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.com' } }, true],
    [{ 'ForAllValues:StringLike': { 'ses:Recipients': 'ada@*' } }, false],
    [{ 'ForAllValues:StringLike': { 'ses:Recipients': ['ada@*', 'bob@*'] } }, true],
    [{ 'ForAllValues:StringLike': { 'ses:Unknown': 'ada@*' } }, true],
    [{ StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567', 'aws:username': 'bob' } }, false],
    [{ StringEquals: { 'aws:username': 'ann' }, StringLike: { 'aws:PrincipalOrgID': 'x*' } }, false],
  ] as const)('with the condition %j matches: %s', (Condition, expected) => {
    expect(allows({ Condition })).toBe(expected);
  });
});

describe('a request', () => {
  const denyReads = policy({ Effect: 'Deny', Action: 'iam:Get*' });
  const nothing = policy({ Action: 'ec2:*' });
  it.each([
    ['is allowed', {}, undefined],
    [
      'is denied by an SCP before anything else',
      { scps: [denyReads], identity: [nothing] },
      'with an explicit deny in a service control policy',
    ],
    [
      'is denied by an identity policy',
      { identity: [policy({}), denyReads] },
      'with an explicit deny in an identity-based policy',
    ],
    ['is denied by the session policy', { session: denyReads }, 'with an explicit deny in a session policy'],
    [
      'is not allowed by the identity policies',
      { identity: [nothing] },
      'because no identity-based policy allows the iam:GetUser action',
    ],
    [
      'has no identity policy',
      { identity: [] },
      'because no identity-based policy allows the iam:GetUser action',
    ],
    [
      'is not allowed by the session policy',
      { session: nothing },
      'because no session policy allows the iam:GetUser action',
    ],
    [
      'is not allowed by the session policy alone',
      { identity: [nothing], session: policy({}) },
      'because no identity-based policy allows the iam:GetUser action',
    ],
    [
      'is not allowed by an SCP alone',
      { identity: [nothing], scps: [policy({})] },
      'because no identity-based policy allows the iam:GetUser action',
    ],
  ])('%s', (_what, parts, expected) => {
    expect(denialReason(policies(parts), request('iam:GetUser'))).toBe(expected);
  });
});

describe('a trust policy', () => {
  const session = {
    arn: 'arn:aws:sts::999999999999:assumed-role/Rotator/run-1',
    principalArn: 'arn:aws:iam::999999999999:role/Rotator',
    accountId: '999999999999',
  };
  it.each([
    ['*', 'account'],
    ['999999999999', 'account'],
    ['arn:aws:iam::999999999999:root', 'account'],
    ['arn:aws:iam::999999999999:role/Rotator', 'identity'],
    ['arn:aws:sts::999999999999:assumed-role/Rotator/run-1', 'identity'],
    ['arn:aws:sts::999999999999:assumed-role/Rotator/run-2', undefined],
    ['arn:aws:iam::111122223333:root', undefined],
  ])('for %s matches: %s', (AWS, expected) => {
    const trust = parsePolicy({
      Statement: { Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' },
    });
    expect(trustMatch(trust, session, request('sts:AssumeRole'))).toBe(expected);
    expect(trustMatch(trust, session, request('sts:TagSession'))).toBeUndefined();
  });

  it.each(['arn:aws:iam::999999999999:role/*', 'everybody'])('rejects the principal %s', (AWS) => {
    expect(() => parsePolicy({ Statement: { Effect: 'Allow', Principal: { AWS }, Action: '*' } })).toThrow(
      /principal/,
    );
  });
});

it.each([
  ['ForAnyValue:StringEquals', { 'aws:PrincipalOrgPaths': 'o/r' }],
  ['NumericLessThan', { 'aws:MultiFactorAuthAge': '1' }],
])('the unknown operator %s is an error', (operator, keys) => {
  expect(() => policy({ Condition: { [operator]: keys } })).toThrow('Invalid Condition type');
});
