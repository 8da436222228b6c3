import type { PolicyDocument } from '../../src/deployment/policy-document.ts';
import { type JsonObject, type StackJson, type Stacks, textOf } from './synthesised.ts';

export interface DeployedDocument {
  readonly kind: 'trust' | 'permissions' | 'resource';
  /** Construct ID of its role or resource; always `rotation-role` for that role. */
  readonly of: string;
  readonly document: PolicyDocument;
}

const DOCUMENTS = [
  ['aws_iam_role', 'assume_role_policy', 'trust'],
  ['aws_iam_role_policy', 'policy', 'permissions'],
  ['aws_s3_bucket_policy', 'policy', 'resource'],
  ['aws_sns_topic_policy', 'policy', 'resource'],
  ['aws_sqs_queue_policy', 'policy', 'resource'],
  ['aws_kms_key', 'policy', 'resource'],
] as const;

/** Every policy document of a deployment: trusts, permissions and resource policies. */
export function deployedDocuments(stacks: Stacks): DeployedDocument[] {
  return [...stacks.values()].flatMap((stack) => [...byTerraform(stack), ...byStackSet(stack)]);
}

function byTerraform(stack: StackJson): DeployedDocument[] {
  return DOCUMENTS.flatMap(([type, argument, kind]) =>
    Object.entries(stack.resource?.[type] ?? {}).map(([id, resource]) => ({
      kind,
      of: id.replace(/-permissions$/, '').replace(/^(role-\d+|management-account-role)$/, 'rotation-role'),
      document: JSON.parse(textOf(resource, argument)) as PolicyDocument,
    })),
  );
}

/** Fills in the account as CloudFormation does. */
function byStackSet(stack: StackJson): DeployedDocument[] {
  return Object.values(stack.resource?.aws_cloudformation_stack_set ?? {}).flatMap((stackSet) => {
    const { AssumeRolePolicyDocument: trust, Policies: policies } = rotationRoleOf(stackSet);
    return [
      { kind: 'trust' as const, of: 'rotation-role', document: trust },
      ...policies.map(({ PolicyDocument: document }) => ({
        kind: 'permissions' as const,
        of: 'rotation-role',
        document,
      })),
    ];
  });
}

interface RotationRole {
  readonly AssumeRolePolicyDocument: PolicyDocument;
  readonly Policies: readonly { readonly PolicyDocument: PolicyDocument }[];
}

function rotationRoleOf(stackSet: JsonObject): RotationRole {
  const filledIn = textOf(stackSet, 'template_body')
    .replaceAll('$${AWS::AccountId}', '222222222222')
    .replaceAll(/\{"Fn::Sub":("[^"]*")\}/g, '$1');
  const template = JSON.parse(filledIn) as { Resources: { RotationRole: { Properties: RotationRole } } };
  return template.Resources.RotationRole.Properties;
}
