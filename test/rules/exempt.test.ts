import { describe, expect, it } from 'vitest';

import type { Exempt } from '../../src/config/schema.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import { inForce, matchedExemptions } from '../../src/rules/exempt.ts';

const NOW = new Date('2027-03-28T12:00:00Z');

const member = (userName: string) => ({ userName, userId: `AIDA${userName}`, arn: `arn/${userName}` });
const kept = (reason: 'exempt.userTag' | 'on-hold'): KeyDecision => ({
  ...{ accessKeyId: 'AKIA1', userName: 'ada', status: 'Active', createDate: NOW },
  ...{ action: 'keep', reason },
});

describe('the exemptions in force', () => {
  it('are those that have not ended, with their names and ends', () => {
    const all = [
      'always',
      { name: 'too', owner: 'x', reason: 'y', mayMatchNothing: true },
      { name: 'today', until: '2027-03-28' },
      { name: 'ended', until: '2027-03-27' },
    ];
    expect(inForce(all, NOW)).toStrictEqual([
      { name: 'always' },
      { name: 'too' },
      { name: 'today', until: '2027-03-28' },
    ]);
  });
});

describe('the exemptions that match something in an account', () => {
  const exempt: Exempt = {
    users: ['ada', { name: 'B*', until: '2020-01-31' }, 'c?rl', 'dora'],
    userTag: { key: 'keysweep', value: 'exempt' },
    groups: ['ServiceUsers', 'Missing'],
  };

  it('are patterns of members, groups that exist, and the tag of a kept user', () => {
    const found = {
      members: ['Ada', 'bob', 'ben', 'dor'].map(member),
      groups: ['ServiceUsers'],
      decisions: [kept('on-hold'), kept('exempt.userTag')],
    };
    expect(matchedExemptions(exempt, found)).toEqual([
      'exempt.users ada',
      'exempt.users B*',
      'exempt.groups ServiceUsers',
      'exempt.userTag keysweep=exempt',
    ]);
  });

  it('are none where nothing matches', () => {
    const found = { members: [member('x')], groups: [], decisions: [kept('on-hold')] };
    expect(matchedExemptions(exempt, found)).toEqual([]);
    const tagged = { members: [], groups: [], decisions: [kept('exempt.userTag')] };
    expect(matchedExemptions({ ...exempt, userTag: false }, tagged)).toEqual([]);
  });
});
