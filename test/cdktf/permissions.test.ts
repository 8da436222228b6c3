import { describe, expect, it } from 'vitest';
import { memberAccess, memberPermissions, memberTrust } from '../../src/permissions/member-role.ts';
import type { PolicyDocument, Statement } from '../../src/permissions/policy-document.ts';
import { rotatorPermissions } from '../../cdktf/permissions/rotator-role.ts';
import { schedulerPermissions } from '../../cdktf/permissions/schedule-role.ts';
import type { DeployableConfig } from '../../src/deployment.ts';
import { combinations } from './combinations.ts';
import { CENTRAL_ACCOUNT, deployableConfig, ORGANIZATION } from './deployable-config.ts';

const MEMBER = '222222222222';

const memberRole = (config: DeployableConfig) => memberPermissions(memberAccess(config, 'aws', MEMBER));

function statement({ Statement: statements }: PolicyDocument, sid: string): Statement {
  const found = statements.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid}`);
  return found;
}

/** Every identity policy of every deployment. */
const identityPolicies = combinations().flatMap(({ name, config }) => [
  { name: `${name}: rotation role`, policy: memberRole(config) },
  { name: `${name}: rotator`, policy: rotatorPermissions(config) },
  { name: `${name}: schedule`, policy: schedulerPermissions(config) },
]);

const allowed = ({ Statement: statements }: PolicyDocument) =>
  statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);

describe('what any role of keysweep may do', () => {
  it('is spelt out: no action holds a wildcard', () => {
    const wild = identityPolicies.filter(({ policy }) =>
      allowed(policy).some((action) => action.includes('*')),
    );
    expect(wild.map(({ name }) => name)).toEqual([]);
  });

  it('never creates, attaches or changes an identity', () => {
    const writes = new Set(identityPolicies.flatMap(({ policy }) => allowed(policy)));
    const minting = [...writes].filter((action) =>
      /^(iam|organizations|sso|sts):(Create|Put|Attach|Add|Set|Update(?!AccessKey$)|Upload|Enable|Pass|Tag|Get(Session|Federation)Token)/.test(
        action,
      ),
    );
    expect(minting).toEqual([]);
    expect(writes).toContain('iam:UpdateAccessKey');
  });

  it('reaches everything (*) only where AWS knows no narrower resource', () => {
    const anywhere = identityPolicies.flatMap(({ policy }) =>
      policy.Statement.filter(({ Resource }) => Resource?.includes('*')).flatMap(({ Action }) => Action),
    );
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html and list_amazonresourcegrouptaggingapi.html
    expect(new Set(anywhere)).toEqual(
      new Set([
        'organizations:DescribeOrganization',
        'organizations:ListAccounts',
        'organizations:ListRoots',
        'tag:GetResources',
      ]),
    );
  });
});

describe('the rotation role', () => {
  it('reads the groups that are swept and those that are exempt, wherever an override names them', () => {
    const policy = memberRole(
      deployableConfig({
        config: {
          defaults: { groups: ['Developers'], exempt: { groups: ['Service'] } },
          overrides: [
            { accounts: [MEMBER], groups: ['Engineers', 'Developers'] },
            { organizationalUnits: ['ou-ab12-11111111'], exempt: { groups: ['Robots'] } },
          ],
        },
      }),
    );
    const names = ['Developers', 'Engineers', 'Robots', 'Service'];
    expect(statement(policy, 'ReadGroups').Resource).toEqual(
      names.flatMap((name) => [
        `arn:aws:iam::${MEMBER}:group/${name}`,
        `arn:aws:iam::${MEMBER}:group/*/${name}`,
      ]),
    );
  });

  it('writes to keys of users of its own account only', () => {
    expect(statement(memberRole(deployableConfig()), 'RevokeKeys')).toEqual({
      Sid: 'RevokeKeys',
      Effect: 'Allow',
      Action: ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'],
      Resource: [`arn:aws:iam::${MEMBER}:user/*`],
    });
  });

  it('is denied both writes on users who carry an exempt tag, the one of an override too', () => {
    const policy = memberRole(
      deployableConfig({
        config: { overrides: [{ accounts: [MEMBER], exempt: { userTag: 'owner=robots' } }] },
      }),
    );
    const denials = policy.Statement.filter(({ Effect }) => Effect === 'Deny');
    expect(denials.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'aws:ResourceTag/keysweep': 'exempt' } },
      { StringEquals: { 'aws:ResourceTag/owner': 'robots' } },
    ]);
    for (const { Action, Resource } of denials) {
      expect({ Action, Resource }).toEqual({
        Action: ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'],
        Resource: [`arn:aws:iam::${MEMBER}:user/*`],
      });
    }
  });

  it('has no denial where no tag exempts', () => {
    const config = deployableConfig({
      config: { defaults: { groups: ['Developers'], exempt: { userTag: false } } },
    });
    expect(memberRole(config).Statement.map(({ Effect }) => Effect)).not.toContain('Deny');
  });
});

describe('who may assume the rotation role', () => {
  const [trust] = memberTrust(deployableConfig()).Statement;

  it('is the rotator, by name and in the organization', () => {
    expect(trust?.Principal).toEqual({ AWS: `arn:aws:iam::${CENTRAL_ACCOUNT}:root` });
    expect(trust?.Condition).toEqual({
      ArnLike: { 'aws:PrincipalArn': [`arn:aws:iam::${CENTRAL_ACCOUNT}:role/keysweep-rotator`] },
      StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
    });
  });

  it('is also an operator, where one is named', () => {
    const operator = `arn:aws:iam::${CENTRAL_ACCOUNT}:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Security_*`;
    const [statement] = memberTrust(deployableConfig({ deployment: { operators: [operator] } })).Statement;
    expect(statement?.Condition?.ArnLike?.['aws:PrincipalArn']).toContain(operator);
  });

  it('has to know the external id, where there is one', () => {
    const config = deployableConfig({ config: { rotationRole: { externalId: 'an-external-id' } } });
    expect(memberTrust(config).Statement[0]?.Condition?.StringEquals).toEqual({
      'aws:PrincipalOrgID': ORGANIZATION,
      'sts:ExternalId': 'an-external-id',
    });
  });

  it('is nobody outside the organization', () => {
    for (const { config } of combinations()) {
      for (const { Principal, Condition } of memberTrust(config).Statement) {
        expect(Condition?.StringEquals?.['aws:PrincipalOrgID']).toBe(ORGANIZATION);
        // A role as the principal is stored by its id, so the trust would not survive that the role is made anew.
        expect(Principal).toEqual({ AWS: expect.stringMatching(/:root$/) as string });
      }
    }
  });
});

describe('the rotator', () => {
  it('enters the rotation roles of its own organization and no other role', () => {
    const config = deployableConfig({
      config: {
        rotationRole: { name: 'Rotation', path: '/security/' },
        overrides: [{ accounts: [MEMBER], rotationRole: { name: 'Legacy' } }],
      },
    });
    expect(statement(rotatorPermissions(config), 'EnterAccounts')).toEqual({
      Sid: 'EnterAccounts',
      Effect: 'Allow',
      Action: ['sts:AssumeRole'],
      Resource: ['arn:aws:iam::*:role/security/Legacy', 'arn:aws:iam::*:role/security/Rotation'],
      Condition: { StringEquals: { 'aws:ResourceOrgID': ORGANIZATION } },
    });
  });

  it('looks for opt-out tags only where there are such', () => {
    const tags = ['organizations:ListTagsForResource', 'tag:GetResources'];
    expect(allowed(rotatorPermissions(deployableConfig()))).toEqual(expect.arrayContaining(tags));
    const without = allowed(rotatorPermissions(deployableConfig({ config: { optOutTag: false } })));
    expect(without.filter((action) => tags.includes(action))).toEqual([]);
  });

  it.each([
    ['eu-central-1', 'aws', 's3.eu-central-1.amazonaws.com'],
    ['us-gov-west-1', 'aws-us-gov', 's3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'aws-cn', 's3.cn-north-1.amazonaws.com.cn'],
  ])('has ARNs of the partition of its Region (%s)', (region, partition, viaService) => {
    const kmsKeyArn = `arn:${partition}:kms:${region}:${CENTRAL_ACCOUNT}:key/1111-2222`;
    const policy = rotatorPermissions(deployableConfig({ deployment: { region, kmsKeyArn } }));
    const resources = policy.Statement.flatMap(({ Resource }) => Resource ?? []).filter((arn) => arn !== '*');
    expect(resources.filter((arn) => !arn.startsWith(`arn:${partition}:`))).toEqual([]);
    expect(statement(policy, 'EncryptLedger').Condition).toEqual({
      StringEquals: { 'kms:ViaService': viaService },
    });
  });
});
