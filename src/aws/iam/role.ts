import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type IAMClient,
} from '@aws-sdk/client-iam';

import { calling, invalidResponse } from '../calling.ts';
import { byMarker, completeList } from '../complete-list.ts';

/** What a role may do and who may assume it. */
export interface DeployedRole {
  /** Policy documents, as parsed JSON. */
  readonly trust: unknown;
  readonly inline: readonly unknown[];
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
  /** Its ARN. */
  readonly permissionsBoundary: string | undefined;
}

/** @throws CallFailedError */
export async function readRole(iam: IAMClient, roleName: string, signal: AbortSignal): Promise<DeployedRole> {
  const call = 'iam:GetRole';
  const command = new GetRoleCommand({ RoleName: roleName });
  const { Role: role } = await calling(call, iam.send(command, { abortSignal: signal }));
  if (!role) throw invalidResponse(call, 'IncompleteAnswer', `the response for ${roleName} has no role`);
  const inline: unknown[] = [];
  for (const name of await inlineNames(iam, roleName, signal))
    inline.push(await inlinePolicy(iam, roleName, name, signal));
  return {
    trust: parsePolicy(call, role.AssumeRolePolicyDocument),
    inline,
    attached: await attachedArns(iam, roleName, signal),
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn,
  };
}

async function inlineNames(iam: IAMClient, roleName: string, signal: AbortSignal): Promise<string[]> {
  const pages = paginateListRolePolicies({ client: iam }, { RoleName: roleName }, { abortSignal: signal });
  const names: string[] = [];
  for await (const page of completeList('iam:ListRolePolicies', pages, byMarker))
    names.push(...(page.PolicyNames ?? []));
  return names;
}

async function inlinePolicy(
  iam: IAMClient,
  roleName: string,
  policyName: string,
  signal: AbortSignal,
): Promise<unknown> {
  const call = 'iam:GetRolePolicy';
  const command = new GetRolePolicyCommand({ RoleName: roleName, PolicyName: policyName });
  const answer = await calling(call, iam.send(command, { abortSignal: signal }));
  return parsePolicy(call, answer.PolicyDocument);
}

async function attachedArns(iam: IAMClient, roleName: string, signal: AbortSignal): Promise<string[]> {
  const input = { RoleName: roleName };
  const pages = paginateListAttachedRolePolicies({ client: iam }, input, { abortSignal: signal });
  const arns: string[] = [];
  for await (const page of completeList('iam:ListAttachedRolePolicies', pages, byMarker))
    for (const { PolicyArn: arn, PolicyName: name } of page.AttachedPolicies ?? [])
      arns.push(arn ?? name ?? '');
  return arns;
}

/** Percent-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
function parsePolicy(call: string, document: string | undefined): unknown {
  try {
    return JSON.parse(decodeURIComponent(document ?? ''));
  } catch {
    throw invalidResponse(call, 'IncompleteAnswer', 'a policy document is not JSON');
  }
}
