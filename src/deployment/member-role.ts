import type { Partition } from '../aws/partition.ts';
import { INVENTORY_ACTIONS, OWN_ROLE_ACTIONS, READ_ACTIONS } from '../aws/session-policy.ts';
import { detailsOf, type Config } from '../config/schema.ts';
import { type DeployableConfig, deploymentNames } from './names.ts';
import { allow, document, type PolicyDocument } from './policy-document.ts';

const WRITE_ACTIONS = ['iam:DeleteAccessKey', 'iam:UpdateAccessKey'] as const;

/**
 * The same for every account: the union of all settings, so that moving an account or a group between
 * overrides does not change the role.
 * @param accountId or its placeholder in a template
 */
export function memberPermissions(config: Config, partition: Partition, accountId: string): PolicyDocument {
  const settings = [config.defaults, ...config.overrides];
  const groups = settings.flatMap(({ groups: swept, exempt }) => [
    ...(swept ?? []),
    ...(exempt?.groups ?? []).map((group) => detailsOf(group).name),
  ]);
  const tags = settings.flatMap(({ exempt }) => exempt?.userTag || []);
  const exemptTags = [...new Map(tags.map((tag) => [`${tag.key}=${tag.value}`, tag])).values()];
  // `undo` needs only what deactivating needs.
  const deletes = settings.some(({ rules }) => rules?.mode !== undefined && rules.mode !== 'deactivate');
  const iam = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const users = [iam('user/*')];
  return document([
    // A group's ARN contains its path, but accounts.json has only names:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    allow(
      'ReadGroups',
      ['iam:GetGroup'],
      [...new Set(groups)].sort().flatMap((group) => [iam(`group/${group}`), iam(`group/*/${group}`)]),
    ),
    allow(
      'ReadUsers',
      READ_ACTIONS.filter((action) => action !== 'iam:GetGroup'),
      users,
    ),
    allow('RevokeKeys', deletes ? WRITE_ACTIONS : ['iam:UpdateAccessKey'], users),
    ...inventoryStatements(config, users),
    // For keysweep doctor, and only for this role: docs/adr/0009-the-role-reads-itself.md
    allow('ReadOwnRole', OWN_ROLE_ACTIONS, [
      iam(`role${config.rotationRole.path}${config.rotationRole.name}`),
    ]),
    // IAM denies writes on users with one of these tags, even if keysweep is wrong.
    ...exemptTags.map((tag, index) => ({
      Sid: `ProtectExemptUsers${index === 0 ? '' : String(index + 1)}`,
      Effect: 'Deny' as const,
      Action: WRITE_ACTIONS,
      Resource: users,
      Condition: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
    })),
  ]);
}

/** IAM knows no resources for the calls about the whole account. */
function inventoryStatements({ inventory }: Config, users: readonly string[]) {
  if (!inventory) return [];
  const { account, users: ofUsers } = INVENTORY_ACTIONS;
  return [
    allow('ReadInventory', account, ['*']),
    ...(inventory.credentials === 'all' ? [allow('ReadOtherCredentials', ofUsers, users)] : []),
  ];
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
