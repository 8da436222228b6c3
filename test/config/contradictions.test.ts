import { describe, expect, it } from 'vitest';
import { contradictions } from '../../src/config/contradictions.ts';
import { pathText } from '../../src/config/document.ts';

const A = '111122223333';
const B = '444455556666';
const OU = 'ou-ab12-sandbox1';
const ONE_OVERRIDE_EACH = 'each account in one override only';
const IN_BOTH = 'a group that is in groups or in exempt.groups, not in both';
const ONCE = 'each name once (IAM ignores case)';

function found(value: unknown): [string, string][] {
  return contradictions(value).map(({ path, expected }) => [pathText(path), expected]);
}

describe('contradictions', () => {
  it.each<[string, unknown, [string, string][]]>([
    [
      'an account opted out twice',
      { optOuts: [{ account: A }, { account: B }, { account: A }] },
      [['optOuts[2].account', 'one opt-out per account']],
    ],
    [
      'an account in two overrides',
      {
        overrides: [
          { accounts: [A, B], armed: true },
          { accounts: [B], armed: true },
        ],
      },
      [['overrides[1].accounts[0]', ONE_OVERRIDE_EACH]],
    ],
    [
      'an account twice in one override',
      { overrides: [{ accounts: [A, A], armed: true }] },
      [['overrides[0].accounts[1]', ONE_OVERRIDE_EACH]],
    ],
    [
      'an OU in two overrides',
      {
        overrides: [
          { organizationalUnits: [OU], armed: true },
          { organizationalUnits: [OU], armed: false },
        ],
      },
      [['overrides[1].organizationalUnits[0]', 'each OU in one override only']],
    ],
    [
      'a required notice that is off',
      { schedule: { noticeHours: false }, notices: { required: true } },
      [
        [
          'notices.required',
          'false, or schedule.noticeHours above 0: without a notice run, no sweep revokes anything',
        ],
      ],
    ],
    [
      'groups by a tag that is not read',
      { optOutTag: false, report: { groupBy: 'team' } },
      [['report.groupBy', 'no key while optOutTag is false: it is read with that tag']],
    ],
    ['nothing if the tags are read', { report: { groupBy: 'team' } }, []],
    ['nothing if no groups are asked for', { optOutTag: false, report: { site: true } }, []],
    ['nothing if no notice is required', { schedule: { noticeHours: 0 }, notices: { required: false } }, []],
    ['nothing if the required notice is on', { schedule: {}, notices: { required: true } }, []],
    [
      'an OU twice in the scope',
      { scope: { organizationalUnits: [OU, OU] } },
      [['scope.organizationalUnits[1]', 'each OU once']],
    ],
    [
      'a group twice, in another case',
      { defaults: { groups: ['Dev', 'DEV'] } },
      [['defaults.groups[1]', ONCE]],
    ],
    [
      'an exempt user twice',
      { defaults: { exempt: { users: ['root-*', 'Root-*'] } } },
      [['defaults.exempt.users[1]', ONCE]],
    ],
    [
      'an exempt group twice',
      { overrides: [{ accounts: [A], exempt: { groups: ['S', 's'] } }] },
      [['overrides[0].exempt.groups[1]', ONCE]],
    ],
    [
      'an override without accounts and OUs',
      { overrides: [{ armed: true }] },
      [['overrides[0]', 'either accounts or organizationalUnits, not both']],
    ],
    [
      'an override with accounts and OUs',
      { overrides: [{ accounts: [A], organizationalUnits: [OU], armed: true }] },
      [['overrides[0]', 'either accounts or organizationalUnits, not both']],
    ],
    [
      'an override without settings',
      { overrides: [{ accounts: [A] }] },
      [['overrides[0]', 'at least one setting to change']],
    ],
    [
      'an override with empty settings',
      { overrides: [{ accounts: [A], rules: {}, exempt: {} }] },
      [['overrides[0]', 'at least one setting to change']],
    ],
    [
      'an exempt user twice, once as an object',
      { defaults: { exempt: { users: [{ name: 'root-*' }, 'x', 'Root-*'] } } },
      [['defaults.exempt.users[2]', ONCE]],
    ],
    [
      'a group both swept and exempt, as an object',
      { defaults: { groups: ['Dev'], exempt: { groups: [{ name: 'dev', until: '2027-01-31' }] } } },
      [['defaults.exempt.groups[0]', IN_BOTH]],
    ],
    [
      'a group both swept and exempt',
      { defaults: { groups: ['Dev', 'Ops'], exempt: { groups: ['ops'] } } },
      [['defaults.exempt.groups[0]', IN_BOTH]],
    ],
    [
      'an override that sweeps an exempt group',
      {
        defaults: { groups: ['Dev'], exempt: { groups: ['Svc'] } },
        overrides: [{ accounts: [A], groups: ['svc'] }],
      },
      [['overrides[0].groups[0]', IN_BOTH]],
    ],
    [
      'an override that exempts a swept group',
      { defaults: { groups: ['Dev'] }, overrides: [{ accounts: [A], exempt: { groups: ['X', 'Dev'] } }] },
      [['overrides[0].exempt.groups[1]', IN_BOTH]],
    ],
  ])('finds %s', (_what, value, expected) => {
    expect(found(value)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    [
      'an account opted out and overridden',
      { overrides: [{ accounts: [A], armed: true }], optOuts: [{ account: A }] },
    ],
    [
      'an override that sweeps an exempt group and exempts none',
      {
        defaults: { groups: ['Dev'], exempt: { groups: ['Svc'] } },
        overrides: [{ accounts: [A], groups: ['Svc'], exempt: { groups: [] } }],
      },
    ],
    [
      'an override without groups',
      {
        defaults: { groups: ['Dev'], exempt: { groups: ['Svc'] } },
        overrides: [{ accounts: [A], armed: true }],
      },
    ],
    ['a setting that is false', { overrides: [{ accounts: [A], armed: false }] }],
    ['userTag false as the only setting', { overrides: [{ accounts: [A], exempt: { userTag: false } }] }],
    ['invalid exemptions, which the schema reports', { overrides: [{ accounts: [A], exempt: 'x' }] }],
    ['an unknown setting, which the schema reports', { overrides: [{ accounts: [A], armd: true }] }],
    ['maxUnusedDays below maxKeyAgeDays', { defaults: { rules: { maxKeyAgeDays: 46, maxUnusedDays: 45 } } }],
    ['maxUnusedDays that is false', { defaults: { rules: { maxKeyAgeDays: 0, maxUnusedDays: false } } }],
    [
      'maxUnusedDays in an override that leaves the age to others',
      {
        defaults: { rules: { maxKeyAgeDays: 0 } },
        overrides: [{ accounts: [A], rules: { maxUnusedDays: 45 } }],
      },
    ],
    ['deleteAfterDays in a mode without it', { defaults: { rules: { mode: 'delete', deleteAfterDays: 3 } } }],
    [
      'the same group in two overrides',
      {
        overrides: [
          { accounts: [A], groups: ['X'] },
          { accounts: [B], groups: ['X'] },
        ],
      },
    ],
  ])('accepts %s', (_what, value) => {
    expect(found(value)).toEqual([]);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{ overrides: 3, optOuts: {}, defaults: [], scope: 'x' }],
    [{ overrides: [3, null] }],
    [{ optOuts: [1, {}, { account: 5 }, { account: 5 }] }],
    [{ defaults: { groups: [1, 1, null, null], exempt: 'x' } }],
  ])('ignores what the schema reports: %j', (value) => {
    expect(found(value)).toEqual([]);
  });

  it('checks the valid entries beside invalid ones', () => {
    const value = {
      overrides: ['x', { accounts: [A, 7], groups: 5 }, { accounts: [7, A], armed: true }],
      optOuts: [3, { account: B }, { account: B }],
    };
    expect(found(value)).toEqual([
      ['overrides[2].accounts[1]', ONE_OVERRIDE_EACH],
      ['optOuts[2].account', 'one opt-out per account'],
    ]);
  });
});

it('finds days without use that decide nothing', () => {
  const value = {
    defaults: { rules: { maxUnusedDays: 45 } },
    overrides: [
      { accounts: [A], rules: { maxKeyAgeDays: 45, maxUnusedDays: 45 } },
      { accounts: [B], rules: { maxKeyAgeDays: 0 } },
    ],
  };
  expect(found(value)).toEqual([
    ['defaults.rules.maxUnusedDays', 'false while maxKeyAgeDays is 0, because every key is due'],
    [
      'overrides[0].rules.maxUnusedDays',
      'fewer days than maxKeyAgeDays, 45, at which a key is due in any case',
    ],
  ]);
});

describe('contradictions in the deployment settings', () => {
  const key = (region: string) => `arn:aws:kms:${region}:${A}:key/1`;
  const role = (account: string) => `arn:aws:iam::${account}:role/Operator`;
  const mail = { protocol: 'email', endpoint: 'security@example.com' };
  const deployed = { account: A, region: 'eu-central-1' };

  it.each<[string, unknown, [string, string][]]>([
    [
      'a KMS key of another Region',
      { deployment: { ...deployed, kmsKeyArn: key('us-east-1') } },
      [['deployment.kmsKeyArn', 'a key in eu-central-1, the Region that uses it']],
    ],
    [
      'a KMS key of another Region for the state',
      { deployment: { ...deployed, state: { region: 'eu-west-1', kmsKeyArn: key('eu-central-1') } } },
      [['deployment.state.kmsKeyArn', 'a key in eu-west-1, the Region that uses it']],
    ],
    [
      'an operator of another account',
      { deployment: { ...deployed, operators: [role(A), role(B)] } },
      [['deployment.operators[1]', `a role of account ${A}, deployment.account`]],
    ],
    [
      'a duplicate subscriber',
      {
        deployment: { ...deployed, notifications: [mail, { ...mail, protocol: 'https' }, mail] },
        notices: { topic: { subscribers: [mail, mail] } },
      },
      [
        ['deployment.notifications[2]', 'each subscriber once'],
        ['notices.topic.subscribers[1]', 'each subscriber once'],
      ],
    ],
    [
      'a deletion after the records of the deactivation are gone',
      {
        deployment: { ...deployed, ledger: { retentionDays: 30 } },
        defaults: { rules: { mode: 'deactivate', deleteAfterDays: 29 } },
        overrides: [
          { accounts: [A], rules: { deleteAfterDays: 30 } },
          { accounts: [B], rules: { mode: 'deactivate-then-delete' } },
        ],
      },
      [['overrides[0].rules.deleteAfterDays', 'fewer days than deployment.ledger.retentionDays, 30']],
    ],
    [
      'that with defaults',
      { deployment: deployed, defaults: { rules: { deleteAfterDays: 400 } } },
      [['defaults.rules.deleteAfterDays', 'fewer days than deployment.ledger.retentionDays, 400']],
    ],
    [
      'nothing of that where nothing is deleted after days',
      {
        deployment: deployed,
        defaults: { rules: { mode: 'deactivate', deleteAfterDays: 400 } },
        overrides: [{ accounts: [A], rules: { mode: 'delete' } }],
      },
      [],
    ],
    ['nothing of that without a deployment', { defaults: { rules: { deleteAfterDays: 400 } } }, []],
    [
      'a bucket to delete with records that cannot be',
      {
        deployment: {
          ...deployed,
          ledger: { deleteOnDestroy: true, objectLock: { mode: 'governance', days: 31 } },
        },
      },
      [['deployment.ledger.deleteOnDestroy', 'false: records under Object Lock cannot be deleted']],
    ],
    [
      'nothing if account and Region match',
      {
        deployment: {
          ...deployed,
          kmsKeyArn: key('eu-central-1'),
          operators: [role(A)],
          notifications: [mail],
        },
        notices: { topic: { subscribers: [mail] } },
      },
      [],
    ],
    ['nothing that the schema reports', { deployment: { kmsKeyArn: 5, notifications: [1, 1] } }, []],
    [
      'nothing about days that the schema reports',
      {
        deployment: { ...deployed, ledger: { retentionDays: 'x', objectLock: { days: '90' } } },
        defaults: { rules: { deleteAfterDays: '400' } },
        overrides: [{ rules: 5, accounts: [A], armed: true }],
      },
      [],
    ],
  ])('finds %s', (_what, value, problems) => {
    expect(found(value)).toEqual(problems);
  });

  it('finds an OU beside a root', () => {
    expect(found({ scope: { organizationalUnits: [OU, 'r-ab12'] } })).toEqual([
      ['scope.organizationalUnits[0]', 'no OU together with a root, because a root contains every OU'],
    ]);
    expect(found({ scope: { organizationalUnits: ['r-ab12'] } })).toEqual([]);
  });
});
