import type { InventoriedCredentials, Tag } from '../config/schema.ts';
import type { Partition } from './partition.ts';

/**
 * Limits a session whatever the role allows. `inspects` is for `keysweep doctor`: the reads and the role
 * itself; `listsGroups` for `keysweep init`.
 */
export type SessionPurpose =
  | { readonly reads: true }
  | { readonly inspects: true }
  | { readonly listsGroups: true }
  | { readonly inventories: InventoriedCredentials }
  | WritePurpose;

export interface WritePurpose {
  /** By name, the only users whose keys each call changes. */
  readonly writes: Readonly<Partial<Record<WriteAction, readonly string[]>>>;
  /** Nothing is written to a user with this tag. */
  readonly exemptTag: Tag | false;
}

export type WriteAction = 'iam:UpdateAccessKey' | 'iam:DeleteAccessKey';

/**
 * The calls of planning and, the last, of undo. The rotation role allows these, the two writes and reading
 * itself, nothing else.
 */
export const READ_ACTIONS = [
  'iam:GetGroup',
  'iam:ListAccessKeys',
  'iam:GetAccessKeyLastUsed',
  'iam:ListUserTags',
  'iam:GetLoginProfile',
  'iam:ListAttachedUserPolicies',
] as const;

/** What an inventory calls besides. */
export const INVENTORY_ACTIONS = {
  account: ['iam:GetAccountSummary', 'iam:ListUsers'],
  /** With `all`. */
  users: ['iam:ListSSHPublicKeys', 'iam:ListServiceSpecificCredentials', 'iam:ListSigningCertificates'],
} as const;

/** For reading the role's own trust, permissions and boundary. */
export const OWN_ROLE_ACTIONS = [
  'iam:GetRole',
  'iam:GetRolePolicy',
  'iam:ListAttachedRolePolicies',
  'iam:ListRolePolicies',
] as const;

/**
 * In characters. AWS also compresses a policy, and limits the result:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const MAX_POLICY = 2048;
export const POLICY_TOO_LARGE = 'PackedPolicyTooLargeException';

/** @returns JSON */
export function sessionPolicy(purpose: SessionPurpose, partition: Partition): string {
  const Statement = 'writes' in purpose ? writeStatements(purpose, partition) : [readStatement(purpose)];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

function readStatement(purpose: SessionPurpose): object {
  return { Effect: 'Allow', Action: readActions(purpose), Resource: '*' };
}

function readActions(purpose: SessionPurpose): readonly string[] {
  if ('listsGroups' in purpose) return ['iam:ListGroups'];
  if ('inspects' in purpose) return [...READ_ACTIONS, ...OWN_ROLE_ACTIONS];
  if (!('inventories' in purpose)) return READ_ACTIONS;
  const { account, users } = INVENTORY_ACTIONS;
  return [...READ_ACTIONS, ...account, ...(purpose.inventories === 'all' ? users : [])];
}

function writeStatements({ writes, exemptTag }: WritePurpose, partition: Partition): object[] {
  const allowed = Object.entries(writes).map(([call, users]) => ({
    Effect: 'Allow',
    Action: call,
    // The path is in the middle: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    Resource: users.map((name) => `arn:${partition}:iam::*:user*/${name}`),
  }));
  if (exemptTag === false) return allowed;
  const Condition = { StringEquals: { [`aws:ResourceTag/${exemptTag.key}`]: exemptTag.value } };
  return [...allowed, { Effect: 'Deny', Action: Object.keys(writes), Resource: '*', Condition }];
}
