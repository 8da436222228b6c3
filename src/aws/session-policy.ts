/**
 * Limits a session whatever the role allows. `inspects` is for `keysweep doctor`: the reads and the role
 * itself. At most 2,048 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export type SessionPurpose =
  { readonly reads: true } | { readonly inspects: true } | { readonly writes: readonly WriteAction[] };

export type WriteAction = 'iam:UpdateAccessKey' | 'iam:DeleteAccessKey';

/** The calls of planning. The rotation role allows these, the two writes and reading itself, nothing else. */
export const READ_ACTIONS = [
  'iam:GetGroup',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserTags',
  'iam:GetLoginProfile',
] as const;

/** For reading the role's own trust, permissions and boundary. */
export const OWN_ROLE_ACTIONS = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
] as const;

/** @returns JSON */
export function sessionPolicy(purpose: SessionPurpose): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actionsFor(purpose), Resource: '*' }],
  });
}

function actionsFor(purpose: SessionPurpose): readonly string[] {
  if ('writes' in purpose) return purpose.writes;
  return 'inspects' in purpose ? [...READ_ACTIONS, ...OWN_ROLE_ACTIONS] : READ_ACTIONS;
}
