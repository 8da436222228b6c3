import { describe, expect, it } from 'vitest';
import { memberPermissions, memberTrust } from '../../src/deployment/member-role.ts';
import type { PolicyDocument, Statement } from '../../src/deployment/policy-document.ts';
import { rotatorPermissions } from '../../cdktf/permissions/rotator-role.ts';
import { type DeployableConfig, deploymentNames } from '../../src/deployment/names.ts';
import { combinations } from './combinations.ts';
import { CENTRAL_ACCOUNT, deployableConfig, ORGANIZATION } from '../support/deployable-config.ts';
import { deployedDocuments } from './deployed-documents.ts';
import { synthesised } from './synthesised.ts';

const MEMBER = '222222222222';

const memberRole = (config: DeployableConfig) => memberPermissions(config, 'aws', MEMBER);

function statement({ Statement: statements }: PolicyDocument, sid: string): Statement {
  const found = statements.find(({ Sid }) => Sid === sid);
  if (found === undefined) throw new Error(`no statement ${sid}`);
  return found;
}

/** The documents of every deployment that changes them. */
const deployed = combinations()
  .filter(({ name }) => !/delegated|boundary/.test(name))
  .flatMap(({ name, config, lock }) =>
    deployedDocuments(synthesised(config, lock)).map((document) => ({ name, config, ...document })),
  );

const permissions = deployed.filter(({ kind }) => kind === 'permissions');

const allowed = ({ Statement: statements }: PolicyDocument) =>
  statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => Action);

/**
 * All permissions of each role in any deployment. A new one must be added, and reviewed, here.
 */
const EVERY_RIGHT: Readonly<Record<string, readonly string[]>> = {
  'forward-role': ['events:PutEvents'],
  'rotation-role': [
    'iam:DeleteAccessKey',
    'iam:GetAccessKeyLastUsed',
    'iam:GetAccountSummary',
    'iam:GetGroup',
    'iam:GetLoginProfile',
    'iam:GetRole',
    'iam:GetRolePolicy',
    'iam:ListAccessKeys',
    'iam:ListAttachedRolePolicies',
    'iam:ListAttachedUserPolicies',
    'iam:ListRolePolicies',
    'iam:ListSSHPublicKeys',
    'iam:ListServiceSpecificCredentials',
    'iam:ListSigningCertificates',
    'iam:ListUserTags',
    'iam:ListUsers',
    'iam:UpdateAccessKey',
  ],
  'rotator-role': [
    'events:PutEvents',
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:GenerateDataKey',
    'kms:GetPublicKey',
    'kms:Sign',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'organizations:DescribeAccount',
    'organizations:DescribeOrganization',
    'organizations:ListAccounts',
    'organizations:ListAccountsForParent',
    'organizations:ListOrganizationalUnitsForParent',
    'organizations:ListParents',
    'organizations:ListRoots',
    'organizations:ListTagsForResource',
    's3:DeleteObject',
    's3:GetObject',
    's3:GetObjectVersion',
    's3:ListBucket',
    's3:ListBucketVersions',
    's3:PutObject',
    'securityhub:BatchImportFindings',
    'ses:SendEmail',
    'sns:Publish',
    'sqs:SendMessage',
    'states:StartExecution',
    'sts:AssumeRole',
    'sts:GetAccessKeyInfo',
    'sts:SetSourceIdentity',
    'tag:GetResources',
  ],
  'run-role': [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'lambda:InvokeFunction',
    's3:AbortMultipartUpload',
    's3:GetObject',
    's3:ListMultipartUploadParts',
    's3:PutObject',
    'states:DescribeExecution',
    'states:StartExecution',
    'states:StopExecution',
  ],
  'schedule-role': ['lambda:InvokeFunction', 'sqs:SendMessage'],
};

describe('what any role of keysweep may do', () => {
  it('is listed here: nothing more, and nothing unused', () => {
    const found = new Map<string, Set<string>>();
    for (const { of: role, document } of permissions)
      found.set(role, new Set([...(found.get(role) ?? []), ...allowed(document)]));
    expect(Object.fromEntries([...found].map(([role, actions]) => [role, [...actions].toSorted()]))).toEqual(
      EVERY_RIGHT,
    );
  });

  it('never creates, attaches, changes or removes an identity', () => {
    const writes = [...new Set(permissions.flatMap(({ document }) => allowed(document)))].filter(
      (action) =>
        /^(iam|organizations|sso|sts):/.test(action) &&
        !/^(iam|organizations|sso|sts):(Get|List|Describe)[A-Za-z]+$/.test(action),
    );
    expect(writes.toSorted()).toEqual([
      'iam:DeleteAccessKey',
      'iam:UpdateAccessKey',
      'sts:AssumeRole',
      'sts:SetSourceIdentity',
    ]);
  });

  const kmsStatements = permissions
    .flatMap(({ document }) => document.Statement)
    .filter(({ Action }) => Action.some((action) => action.startsWith('kms:')));

  it('signs the ledger with its own key, and does nothing else with it', () => {
    const signing = kmsStatements.filter(({ Sid }) => Sid === 'SignLedger');
    expect(signing.length).toBeGreaterThan(0);
    for (const { Action, Condition } of signing) {
      expect(Action).toEqual(['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign']);
      expect(Condition).toEqual({
        StringEquals: { 'kms:RequestAlias': expect.stringMatching(/^alias\/[a-z0-9-]+-ledger$/) as string },
      });
    }
  });

  it('uses another KMS key only through the service that it writes to', () => {
    const ofKms = kmsStatements.filter(({ Sid }) => Sid !== 'SignLedger');
    expect(ofKms.length).toBeGreaterThan(0);
    for (const { Action, Resource, Condition } of ofKms) {
      expect(Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
      expect(Resource).toEqual([expect.stringMatching(/^arn:aws[a-z-]*:kms:.*:key\//)]);
      expect(Condition).toEqual({
        StringEquals: { 'kms:ViaService': expect.stringMatching(/^(s3|sns)\./) as string },
      });
    }
  });

  it('uses the resource * only where AWS has no narrower one', () => {
    const anywhere = permissions.flatMap(({ document }) =>
      document.Statement.filter(({ Resource }) => Resource?.includes('*')).flatMap(({ Action }) => Action),
    );
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html,
    // list_amazonresourcegrouptaggingapi.html, list_awssecuritytokenservice.html and
    // list_awsidentityandaccessmanagementiam.html
    expect(new Set(anywhere)).toEqual(
      new Set([
        'iam:GetAccountSummary',
        'iam:ListUsers',
        'organizations:DescribeOrganization',
        'organizations:ListAccounts',
        'organizations:ListRoots',
        'sts:GetAccessKeyInfo',
        'tag:GetResources',
      ]),
    );
  });
});

describe('the rotation role', () => {
  it('reads swept and exempt groups, those of overrides included', () => {
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

  it.each([
    ['nothing', undefined, [], []],
    ['access keys', { credentials: 'access-keys' }, ['iam:GetAccountSummary', 'iam:ListUsers'], []],
    [
      'all credentials',
      { credentials: 'all', schedule: 'cron(0 6 ? * FRI *)' },
      ['iam:GetAccountSummary', 'iam:ListUsers'],
      ['iam:ListSSHPublicKeys', 'iam:ListServiceSpecificCredentials', 'iam:ListSigningCertificates'],
    ],
  ] as const)('makes an inventory of %s, where accounts.json says so', (_, inventory, account, users) => {
    const { Statement } = memberRole(deployableConfig({ config: inventory ? { inventory } : {} }));
    const of = (sid: string) => Statement.find(({ Sid }) => Sid === sid);
    expect(of('ReadInventory')?.Action ?? []).toEqual(account);
    expect(of('ReadOtherCredentials')?.Action ?? []).toEqual(users);
    expect(of('ReadOtherCredentials')?.Resource ?? [`arn:aws:iam::${MEMBER}:user/*`]).toEqual([
      `arn:aws:iam::${MEMBER}:user/*`,
    ]);
  });

  it('writes only to keys of users in its own account', () => {
    expect(statement(memberRole(deployableConfig()), 'RevokeKeys')).toEqual({
      Sid: 'RevokeKeys',
      Effect: 'Allow',
      Action: ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'],
      Resource: [`arn:aws:iam::${MEMBER}:user/*`],
    });
  });

  const DELETING = ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'];
  const ONLY_DEACTIVATING = ['iam:UpdateAccessKey'];

  it.each([
    ['deactivate', 'deactivate', ONLY_DEACTIVATING],
    ['deactivate', undefined, ONLY_DEACTIVATING],
    ['deactivate-then-delete', undefined, DELETING],
    ['delete', undefined, DELETING],
    ['deactivate', 'delete', DELETING],
    ['deactivate', 'deactivate-then-delete', DELETING],
  ] as const)('deletes only where a mode does: %s, in an override %s', (mode, own, actions) => {
    const override = { accounts: [MEMBER], armed: true, ...(own && { rules: { mode: own } }) };
    const config = deployableConfig({
      config: { defaults: { groups: ['Developers'], rules: { mode } }, overrides: [override] },
    });
    expect(statement(memberRole(config), 'RevokeKeys').Action).toEqual(actions);
  });

  it('is denied both writes on users with an exempt tag, that of an override included', () => {
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

  it('has no Deny without an exempt tag', () => {
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
      StringLike: { 'sts:RoleSessionName': 'keysweep-*' },
    });
  });

  it('may say who it is', () => {
    const [, identity] = memberTrust(deployableConfig()).Statement;
    expect(identity).toEqual({
      Sid: 'NameCaller',
      Effect: 'Allow',
      Principal: trust?.Principal,
      Action: ['sts:SetSourceIdentity'],
      // AWS documents no other condition keys of its own for this action.
      Condition: {
        ArnLike: trust?.Condition?.ArnLike,
        StringEquals: { 'aws:PrincipalOrgID': ORGANIZATION },
      },
    });
  });

  it('is also an operator, if configured', () => {
    const role = 'role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Security_*';
    const operator = `arn:aws:iam::${CENTRAL_ACCOUNT}:${role}`;
    const { Statement: statements } = memberTrust(
      deployableConfig({ deployment: { operators: [operator] } }),
    );
    expect(statements).toHaveLength(2);
    for (const { Condition } of statements)
      expect(Condition?.ArnLike?.['aws:PrincipalArn']).toContain(operator);
  });

  it('must know the external ID, if configured', () => {
    const config = deployableConfig({ config: { rotationRole: { externalId: 'an-external-id' } } });
    expect(memberTrust(config).Statement[0]?.Condition?.StringEquals).toEqual({
      'aws:PrincipalOrgID': ORGANIZATION,
      'sts:ExternalId': 'an-external-id',
    });
  });
});

describe('who may assume any role', () => {
  const trusts = deployed
    .filter(({ kind }) => kind === 'trust')
    .flatMap(({ of: role, config, document }) =>
      document.Statement.map((statement) => ({ role, config, statement })),
    );

  it('is checked for every role', () => {
    expect([...new Set(trusts.map(({ role }) => role))].toSorted()).toEqual(Object.keys(EVERY_RIGHT));
    for (const { role, statement } of trusts) {
      const isSecond = role === 'rotation-role' && statement.Sid === 'NameCaller';
      const Action = [isSecond ? 'sts:SetSourceIdentity' : 'sts:AssumeRole'];
      expect(statement).toMatchObject({ Effect: 'Allow', Action });
    }
  });

  it('is nobody outside the organization, for a rotation role', () => {
    for (const { role, config, statement } of trusts) {
      if (role !== 'rotation-role') continue;
      const { partition, rotatorRoleArn } = deploymentNames(config.deployment);
      expect(statement.Condition?.StringEquals?.['aws:PrincipalOrgID']).toBe(ORGANIZATION);
      expect(statement.Condition?.ArnLike).toEqual({ 'aws:PrincipalArn': [rotatorRoleArn] });
      // IAM stores a role principal by its ID, so recreating the role would break the trust.
      expect(statement.Principal).toEqual({ AWS: `arn:${partition}:iam::${CENTRAL_ACCOUNT}:root` });
    }
  });

  it.each([
    ['rotator-role', 'lambda.amazonaws.com', undefined, []],
    ['schedule-role', 'scheduler.amazonaws.com', 'scheduleGroupArn', ['']],
    // A distributed map calls itself NAME/LABEL.
    ['run-role', 'states.amazonaws.com', 'stateMachineArn', ['', '/*']],
  ] as const)(
    'is for %s only the service %s, and if supported only our resource',
    (of, service, arn, ends) => {
      for (const { role, config, statement } of trusts) {
        if (role !== of) continue;
        expect(statement.Principal).toEqual({ Service: service });
        const source = arn && {
          StringEquals: { 'aws:SourceAccount': CENTRAL_ACCOUNT },
          ArnLike: { 'aws:SourceArn': ends.map((end) => deploymentNames(config.deployment)[arn] + end) },
        };
        expect(statement.Condition).toEqual(source);
      }
    },
  );
});

describe('the rotator', () => {
  it('assumes only the rotation roles of its own organization', () => {
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

  it('reads opt-out tags only if configured', () => {
    const tags = ['organizations:ListTagsForResource', 'tag:GetResources'];
    expect(allowed(rotatorPermissions(deployableConfig()))).toEqual(expect.arrayContaining(tags));
    const without = allowed(rotatorPermissions(deployableConfig({ config: { optOutTag: false } })));
    expect(without.filter((action) => tags.includes(action))).toEqual([]);
  });

  it.each([
    ['eu-central-1', 'aws', 's3.eu-central-1.amazonaws.com'],
    ['us-gov-west-1', 'aws-us-gov', 's3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'aws-cn', 's3.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'aws-eusc', 's3.eusc-de-east-1.amazonaws.eu'],
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
