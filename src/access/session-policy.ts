/**
 * What a session may do at most, whatever the role allows: the second lock of a plan, and of a sweep that only deactivates.
 * A session policy has 2,048 characters: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export type SessionPurpose = { readonly reads: true } | { readonly writes: readonly WriteAction[] };

export type WriteAction = 'iam:UpdateAccessKey' | 'iam:DeleteAccessKey';

/** The calls that planning an account makes; the rotation role allows these and the two writes, and nothing else. */
export const READ_ACTIONS = [
  'iam:GetGroup',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserTags',
  'iam:GetLoginProfile',
] as const;

/** The session policy, as JSON. */
export function sessionPolicy(purpose: SessionPurpose): string {
  const actions = 'reads' in purpose ? READ_ACTIONS : purpose.writes;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  });
}
