import type { Partition } from '../aws/partition.ts';
import { OWN_ROLE_ACTIONS, READ_ACTIONS } from '../aws/session-policy.ts';
import type { Config, Tag } from '../config/schema.ts';
import { type DeployableConfig, deploymentNames } from './names.ts';
import { allow, document, type PolicyDocument } from './policy-document.ts';

const WRITE_ACTIONS = ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'] as const;

/** What the rotation role may do in one account. */
export interface MemberAccess {
  readonly partition: Partition;
  /** Account id, or the placeholder for it in a template. */
  readonly accountId: string;
  /** Path and name of the role itself, such as `/KeysweepRotation`. */
  readonly role: string;
  /** Every group whose members are read: those that are swept and those that are exempt. */
  readonly groups: readonly string[];
  /** Users who carry one of these are never written to, even if keysweep were wrong. */
  readonly exemptTags: readonly Tag[];
}

/**
 * The rotation role's permissions, one document for every account: the union of what accounts.json asks for anywhere, so
 * that moving an account or a group between overrides needs no new role.
 */
export function memberAccess(config: Config, partition: Partition, accountId: string): MemberAccess {
  const settings = [config.defaults, ...config.overrides];
  const groups = settings.flatMap(({ groups: swept, exempt }) => [
    ...(swept ?? []),
    ...(exempt?.groups ?? []),
  ]);
  const tags = settings.flatMap(({ exempt }) => exempt?.userTag || []);
  return {
    partition,
    accountId,
    role: config.rotationRole.path + config.rotationRole.name,
    groups: [...new Set(groups)].sort(),
    exemptTags: [...new Map(tags.map((tag) => [`${tag.key}=${tag.value}`, tag])).values()],
  };
}

export function memberPermissions({
  partition,
  accountId,
  role,
  groups,
  exemptTags,
}: MemberAccess): PolicyDocument {
  const iam = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const users = [iam('user/*')];
  return document([
    // The ARN of a group holds its path, and GetGroup takes names without one: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    allow(
      'ReadGroups',
      ['iam:GetGroup'],
      groups.flatMap((group) => [iam(`group/${group}`), iam(`group/*/${group}`)]),
    ),
    allow(
      'ReadUsers',
      READ_ACTIONS.filter((action) => action !== 'iam:GetGroup'),
      users,
    ),
    allow('RevokeKeys', WRITE_ACTIONS, users),
    // So that keysweep doctor can compare the role with what is deployed; itself, and no other. docs/adr/0009-the-role-reads-itself.md
    allow('ReadOwnRole', OWN_ROLE_ACTIONS, [iam(`role${role}`)]),
    ...exemptTags.map((tag, index) => ({
      Sid: `KeepExemptUsers${index === 0 ? '' : String(index + 1)}`,
      Effect: 'Deny' as const,
      Action: WRITE_ACTIONS,
      Resource: users,
      Condition: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
    })),
  ]);
}

/**
 * Who may assume the rotation role. The principal is the account and the role is named in a condition: a role that stands
 * as the principal is stored by its unique id, so every trust would break when the rotator's role is made anew.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function memberTrust({ deployment, rotationRole }: DeployableConfig): PolicyDocument {
  const { partition, rotatorRoleArn } = deploymentNames(deployment);
  return document([
    {
      Sid: 'Rotator',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${deployment.account}:root` },
      Action: ['sts:AssumeRole'],
      Condition: {
        ArnLike: { 'aws:PrincipalArn': [rotatorRoleArn, ...deployment.operators] },
        StringEquals: {
          'aws:PrincipalOrgID': deployment.organizationId,
          ...(rotationRole.externalId !== undefined && { 'sts:ExternalId': rotationRole.externalId }),
        },
      },
    },
  ]);
}
