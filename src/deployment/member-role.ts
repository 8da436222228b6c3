import type { Partition } from '../aws/partition.ts';
import { OWN_ROLE_ACTIONS, READ_ACTIONS } from '../aws/session-policy.ts';
import { detailsOf, type Config, type Tag } from '../config/schema.ts';
import { type DeployableConfig, deploymentNames } from './names.ts';
import { allow, document, type PolicyDocument } from './policy-document.ts';

const WRITE_ACTIONS = ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'] as const;

export interface MemberAccess {
  readonly partition: Partition;
  /** Account ID, or its placeholder in a template. */
  readonly accountId: string;
  /** Path and name of the role itself, such as `/KeysweepRotation`. */
  readonly role: string;
  /** Swept and exempt groups. */
  readonly groups: readonly string[];
  /** IAM denies writes on users with one of these tags, even if keysweep is wrong. */
  readonly exemptTags: readonly Tag[];
  /** Whether any mode deletes keys. `undo` needs only what deactivating needs. */
  readonly deletes: boolean;
}

/**
 * The same for every account: the union of all settings, so that moving an account or a group between
 * overrides does not change the role.
 */
export function memberAccess(config: Config, partition: Partition, accountId: string): MemberAccess {
  const settings = [config.defaults, ...config.overrides];
  const groups = settings.flatMap(({ groups: swept, exempt }) => [
    ...(swept ?? []),
    ...(exempt?.groups ?? []).map((group) => detailsOf(group).name),
  ]);
  const tags = settings.flatMap(({ exempt }) => exempt?.userTag || []);
  return {
    partition,
    accountId,
    role: config.rotationRole.path + config.rotationRole.name,
    groups: [...new Set(groups)].sort(),
    deletes: settings.some(({ rules }) => rules?.mode !== undefined && rules.mode !== 'deactivate'),
    exemptTags: [...new Map(tags.map((tag) => [`${tag.key}=${tag.value}`, tag])).values()],
  };
}

export function memberPermissions({
  partition,
  accountId,
  role,
  groups,
  exemptTags,
  deletes,
}: MemberAccess): PolicyDocument {
  const iam = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const users = [iam('user/*')];
  return document([
    // A group's ARN contains its path, but accounts.json has only names:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
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
    allow('RevokeKeys', deletes ? WRITE_ACTIONS : ['iam:UpdateAccessKey'], users),
    // For keysweep doctor, and only for this role: docs/adr/0009-the-role-reads-itself.md
    allow('ReadOwnRole', OWN_ROLE_ACTIONS, [iam(`role${role}`)]),
    ...exemptTags.map((tag, index) => ({
      Sid: `ProtectExemptUsers${index === 0 ? '' : String(index + 1)}`,
      Effect: 'Deny' as const,
      Action: WRITE_ACTIONS,
      Resource: users,
      Condition: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
    })),
  ]);
}

/**
 * The principal is the account, and a condition names the role: IAM stores a role principal by its unique ID,
 * so recreating the rotator's role would break every trust.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function memberTrust({ deployment, rotationRole }: DeployableConfig): PolicyDocument {
  const { partition, rotatorRoleArn } = deploymentNames(deployment);
  const Principal = { AWS: `arn:${partition}:iam::${deployment.account}:root` };
  const ArnLike = { 'aws:PrincipalArn': [rotatorRoleArn, ...deployment.operators] };
  const organization = { 'aws:PrincipalOrgID': deployment.organizationId };
  const { externalId } = rotationRole;
  return document([
    {
      Sid: 'Rotator',
      Effect: 'Allow',
      Principal,
      Action: ['sts:AssumeRole'],
      Condition: {
        ArnLike,
        StringEquals: { ...organization, ...(externalId !== undefined && { 'sts:ExternalId': externalId }) },
        StringLike: { 'sts:RoleSessionName': 'keysweep-*' },
      },
    },
    // On its own, because AWS documents neither external ID nor session name for this action.
    {
      Sid: 'NameCaller',
      Effect: 'Allow',
      Principal,
      Action: ['sts:SetSourceIdentity'],
      Condition: { ArnLike, StringEquals: organization },
    },
  ]);
}
