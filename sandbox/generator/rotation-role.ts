import type { RoleOptions } from '../organization/account.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import type { PolicyDocument } from '../policy/document.ts';

export interface RotationRoleOptions {
  readonly name?: string;
  readonly path?: string;
  /** The account that may assume it. Default: the management account. */
  readonly centralAccountId?: string;
  readonly externalId?: string;
  /** Groups that it may read. Default: those of the generated accounts.json. */
  readonly groups?: readonly string[];
  /** Trusts this organization instead, so that AssumeRole fails. */
  readonly trustedOrganizationId?: string;
}

/** The role that keysweep assumes in a target, with exactly the permissions that it needs. For `addRole`. */
export function rotationRole(
  organization: SandboxOrganization,
  options: RotationRoleOptions = {},
): RoleOptions {
  const groups = options.groups ?? ['Developers', 'Administrators', 'ServiceUsers'];
  return {
    roleName: options.name ?? 'KeysweepRotation',
    path: options.path ?? '/',
    trust: trustPolicy(organization, options),
    policies: { KeysweepRotation: permissions(organization, groups) },
  };
}

function trustPolicy(organization: SandboxOrganization, options: RotationRoleOptions): PolicyDocument {
  const central = options.centralAccountId ?? organization.managementAccount.id;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:${organization.partition}:iam::${central}:root` },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: {
            'aws:PrincipalOrgID': options.trustedOrganizationId ?? organization.id,
            ...(options.externalId === undefined ? {} : { 'sts:ExternalId': options.externalId }),
          },
        },
      },
    ],
  };
}

/** Names no account, so it is the same text everywhere and the sandbox compiles it once. */
function permissions({ partition }: SandboxOrganization, groups: readonly string[]): PolicyDocument {
  const users = `arn:${partition}:iam::*:user/*`;
  const writes = ['iam:UpdateAccessKey', 'iam:DeleteAccessKey'];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iam:GetGroup',
        Resource: groups.map((name) => `arn:${partition}:iam::*:group/${name}`),
      },
      {
        Effect: 'Allow',
        Action: [
          'iam:ListAccessKeys',
          'iam:GetAccessKeyLastUsed',
          'iam:ListUserTags',
          'iam:GetLoginProfile',
          'iam:ListAttachedUserPolicies',
          ...writes,
        ],
        Resource: users,
      },
      { Effect: 'Allow', Action: ['iam:GetAccountSummary', 'iam:ListUsers'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: [
          'iam:ListServiceSpecificCredentials',
          'iam:ListSSHPublicKeys',
          'iam:ListSigningCertificates',
        ],
        Resource: users,
      },
      {
        Effect: 'Deny',
        Action: writes,
        Resource: users,
        Condition: { StringEquals: { 'aws:ResourceTag/keysweep': 'exempt' } },
      },
    ],
  };
}
