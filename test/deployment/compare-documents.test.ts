import { describe, expect, it } from 'vitest';

import { compareDocuments } from '../../src/deployment/compare-documents.ts';

const USERS = 'arn:aws:iam::111122223333:user/*';
const document = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements });
const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'iam:GetUser', Resource: USERS, ...more });

describe('two policy documents', () => {
  it.each([
    [
      'in another order and with other names',
      [allow({ Sid: 'A' }), allow({ Action: 'iam:GetGroup' })],
      [allow({ Action: 'iam:GetGroup', Sid: 'B' }), allow()],
    ],
    ['with lists of one', [allow()], [allow({ Action: ['iam:GetUser'], Resource: [USERS] })]],
    [
      'grouped differently',
      [allow({ Action: ['iam:GetUser', 'iam:GetGroup'] })],
      [allow(), allow({ Action: 'iam:GetGroup' })],
    ],
    ['with actions in another case', [allow()], [allow({ Action: 'IAM:getuser' })]],
    [
      'with keys of conditions in another case',
      [allow({ Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
      [allow({ Condition: { stringequals: { 'aws:principalorgid': ['o-1'] } } })],
    ],
    [
      'with an account ID instead of its root',
      [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::111122223333:root' } }],
      [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111122223333' } }],
    ],
  ])('are equal %s', (_, expected, actual) => {
    expect(compareDocuments([document(...expected)], [document(...actual)])).toEqual({
      added: [],
      missing: [],
    });
  });

  it.each([
    ['an action', allow({ Action: 'iam:CreateAccessKey' }), `Allow iam:CreateAccessKey on ${USERS}`],
    ['a wildcard', allow({ Action: '*' }), `Allow * on ${USERS}`],
    ['a resource', allow({ Resource: '*' }), 'Allow iam:GetUser on *'],
    [
      'all but some actions',
      allow({ Action: undefined, NotAction: ['iam:B', 'iam:A'] }),
      `Allow all but iam:A, iam:B on ${USERS}`,
    ],
    [
      'all but some resources',
      allow({ Resource: undefined, NotResource: 'x' }),
      'Allow iam:GetUser on all but x',
    ],
    ['a Deny', allow({ Effect: 'Deny' }), `Deny iam:GetUser on ${USERS}`],
    ['no condition', allow(), `Allow iam:GetUser on ${USERS}`],
    [
      'a condition value',
      allow({ Condition: { StringEquals: { a: 'c' } } }),
      `Allow iam:GetUser on ${USERS} if stringequals a c`,
    ],
    [
      'everybody as principal',
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' },
      'Allow sts:AssumeRole by *',
    ],
  ])('differ by %s', (_, statement, line) => {
    const condition = { Condition: { StringEquals: { a: 'b' } } };
    const { added, missing } = compareDocuments([document(allow(condition))], [document(statement)]);
    expect(added).toEqual([line]);
    expect(missing).toEqual([`Allow iam:GetUser on ${USERS} if stringequals a b`]);
  });

  it('are compared as the union of all documents', () => {
    const [one, two] = [document(allow()), document(allow({ Action: 'iam:GetGroup' }))];
    expect(compareDocuments([document(...one.Statement, ...two.Statement)], [one, two])).toEqual({
      added: [],
      missing: [],
    });
  });

  it('ignore invalid documents', () => {
    expect(compareDocuments([], [null, 'x', {}, { Statement: 'x' }])).toEqual({ added: [], missing: [] });
  });
});
