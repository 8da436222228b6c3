import type { RoleOptions } from '../organization/account.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import type { PolicyDocument } from '../policy/document.ts';

export interface RotationRoleOptions {
  readonly name?: string;
  readonly path?: string;
  /** The account that may assume it; the management account unless given. */
  readonly centralAccountId?: string;
  readonly externalId?: string;
  /** Groups that may be read: those that are swept and those that are exempt. */
  readonly groups?: readonly string[];
  /** The trust of another organization instead, so that it refuses. */
  readonly trustedOrganizationId?: string;
}

/** The role that keysweep assumes in a target, with its rights and no more. Give it to `addRole` with an account. */
export function rotationRole(
  organization: SandboxOrganization,
  options: RotationRoleOptions = {},
): RoleOptions {
  const groups = options.groups ?? ['Developers', 'Administrators', 'ServiceUsers'];
  return {
    roleName: options.name ?? 'KeysweepRotation',
    path: options.path ?? '/',
    trust: trustPolicy(organization, options),
    policies: { KeysweepRotation: rights(organization, groups) },
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

/** The same text in every account, for it names no account: the sandbox then keeps it once. */
function rights({ partition }: SandboxOrganization, groups: readonly string[]): PolicyDocument {
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
          ...writes,
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
