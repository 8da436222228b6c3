import type { SandboxAccount } from '../organization/account.ts';
import type { SandboxOrganization } from '../organization/organization.ts';
import { rotationRole, type RotationRoleOptions } from './rotation-role.ts';

/**
 * missing-role: the account has no rotation role. refused-trust: the role trusts another organization.
 * scp-read, scp-write: a service control policy denies GetGroup, or both writes.
 */
export const TROUBLES = ['missing-role', 'refused-trust', 'scp-read', 'scp-write'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** Number of accounts with each kind. */
export type TroubleCounts = Readonly<Partial<Record<Trouble, number>>>;

/** Three accounts, or 1 % of a large organization, with the kinds in turn. */
export function defaultTroubles(accounts: number): TroubleCounts {
  const counts: Partial<Record<Trouble, number>> = {};
  for (let number = 0; number < Math.max(3, Math.round(accounts / 100)); number += 1) {
    const trouble = TROUBLES[number % TROUBLES.length] ?? 'missing-role';
    counts[trouble] = (counts[trouble] ?? 0) + 1;
  }
  return counts;
}

export function listTroubles(counts: TroubleCounts): readonly Trouble[] {
  return TROUBLES.flatMap((trouble) => Array.from({ length: counts[trouble] ?? 0 }, () => trouble));
}

/** Adds the rotation role and the account's trouble. */
export function addRotationRole(
  organization: SandboxOrganization,
  account: SandboxAccount,
  role: RotationRoleOptions,
  trouble: Trouble | undefined,
): void {
  if (trouble === 'missing-role') return;
  const trust = trouble === 'refused-trust' ? { trustedOrganizationId: 'o-elsewhere0' } : {};
  organization.addRole({ account, ...rotationRole(organization, { ...role, ...trust }) });
  if (trouble === 'scp-read') deny(organization, account, ['iam:GetGroup']);
  if (trouble === 'scp-write') deny(organization, account, ['iam:UpdateAccessKey', 'iam:DeleteAccessKey']);
}

function deny(organization: SandboxOrganization, account: SandboxAccount, actions: readonly string[]): void {
  organization.putScp(account, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: actions, Resource: '*' }],
  });
}
