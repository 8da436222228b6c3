import * as z from 'zod';
import { boundaryArn, type DeployableConfig, deploymentNames } from '../src/deployment/names.ts';
import { memberPermissions, memberTrust } from '../src/deployment/member-role.ts';
import { allTags } from './provider.ts';
import { INLINE_POLICY } from './role.ts';
import { parseJson } from './terraform-state.ts';

/** CloudFormation's placeholder for the account of a stack. */
const THIS_ACCOUNT = '${AWS::AccountId}';

/** The same whether Terraform or CloudFormation deploys it. */
export function rotationRole(config: DeployableConfig, accountId: string) {
  const { partition } = deploymentNames(config.deployment);
  return {
    name: config.rotationRole.name,
    path: config.rotationRole.path,
    description: 'Lets keysweep revoke the access keys of the members of some IAM groups.',
    trust: memberTrust(config),
    permissions: memberPermissions(config, partition, accountId),
    permissionsBoundary: boundaryArn(config, accountId),
  };
}

/** The CloudFormation template of the StackSet. */
export function rotationRoleTemplate(config: DeployableConfig): Record<string, unknown> {
  const role = rotationRole(config, THIS_ACCOUNT);
  const tags = Object.entries(allTags(config.deployment)).map(([Key, Value]) => ({ Key, Value }));
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: role.description,
    Resources: {
      RotationRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: role.name,
          Path: role.path,
          Description: role.description,
          AssumeRolePolicyDocument: role.trust,
          Policies: [{ PolicyName: INLINE_POLICY, PolicyDocument: substituteAccount(role.permissions) }],
          ...(role.permissionsBoundary !== undefined && {
            PermissionsBoundary: substituteAccount(role.permissionsBoundary),
          }),
          Tags: tags,
        },
      },
    },
    Outputs: { RotationRoleArn: { Value: { 'Fn::GetAtt': ['RotationRole', 'Arn'] } } },
  };
}

const deployedTemplate = z.looseObject({
  Resources: z.looseObject({
    RotationRole: z.looseObject({ Properties: z.looseObject({ RoleName: z.string(), Path: z.string() }) }),
  }),
});

/** @param template one of {@link rotationRoleTemplate}; undefined when it is another */
export function templateRole(template: string): { readonly name: string; readonly path: string } | undefined {
  const { data } = deployedTemplate.safeParse(parseJson(template));
  const role = data?.Resources.RotationRole.Properties;
  return role && { name: role.RoleName, path: role.Path };
}

/** Lets CloudFormation fill in the account. */
function substituteAccount(value: unknown): unknown {
  if (typeof value === 'string') return value.includes(THIS_ACCOUNT) ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituteAccount);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, substituteAccount(inner)]));
}
