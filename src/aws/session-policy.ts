/**
 * What a session may do at most, whatever the role allows: the second lock of a plan, and of a sweep that only deactivates.
 * `inspects` reads what a plan reads and, for `keysweep doctor`, the role itself.
 * A session policy has 2,048 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export type SessionPurpose =
  { readonly reads: true } | { readonly inspects: true } | { readonly writes: readonly WriteAction[] };

export type WriteAction = 'iam:UpdateAccessKey' | 'iam:DeleteAccessKey';

/** The calls that planning an account makes; the rotation role allows these, the two writes and a look at itself, and nothing else. */
export const READ_ACTIONS = [
  'iam:GetGroup',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserTags',
  'iam:GetLoginProfile',
] as const;

/** What shows a role how it is: its trust, its permissions and its boundary. */
export const OWN_ROLE_ACTIONS = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
] as const;

/** The session policy, as JSON. */
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
