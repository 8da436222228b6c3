import type { Fault } from '../../sandbox/faults/faults.ts';
import { rotationRole } from '../../sandbox/generator/rotation-role.ts';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { PolicyDocument } from '../../sandbox/policy/document.ts';
import { GROUPS, type PeerTrouble } from '../setting.ts';
import { dueIn } from '../truth.ts';

/** Cloud Custodian begins with all users of an account and asks each for its groups. */
export const CUSTODIAN_ROLE = 'Custodian';
const CUSTODIAN_READS: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['iam:GetUser', 'iam:ListGroupsForUser'], Resource: '*' }],
};

/** The account in trouble. */
export interface Troubled {
  readonly id: string;
  readonly name: string;
  readonly due: number;
  /** Of these, still active. */
  readonly left: number;
}

/**
 * Adds the role of Cloud Custodian to every account, and makes the trouble in one.
 * @returns the faults of it, and how that account is left
 */
export function preparePeers(
  organization: SandboxOrganization,
  trouble: PeerTrouble,
): { readonly faults: readonly Fault[]; readonly troubled: () => Troubled | undefined } {
  const { policies, ...role } = rotationRole(organization, { name: CUSTODIAN_ROLE });
  const withReads = { ...role, policies: { ...policies, Reads: CUSTODIAN_READS } };
  for (const account of targetsOf(organization)) organization.addRole({ account, ...withReads });
  if (trouble === 'none') return { faults: [], troubled: () => undefined };
  const account = typicalAccount(organization);
  const due = dueIn(account);
  if (trouble === 'missing role') for (const held of account.roles.list()) account.roles.remove(held);
  return {
    faults: trouble === 'missing role' ? [] : throttledMembership(account),
    troubled: () => ({
      ...{ id: account.id, name: account.name, due: due.length },
      left: due.filter(({ status, accessKeyId }) => status === 'Active' && account.keys.has(accessKeyId))
        .length,
    }),
  };
}

export function targetsOf(organization: SandboxOrganization): SandboxAccount[] {
  return organization.accounts
    .list()
    .filter((account) => account.state === 'ACTIVE' && account !== organization.managementAccount);
}

/** In the middle of the list, with keys that are due. */
function typicalAccount(organization: SandboxOrganization): SandboxAccount {
  const accounts = targetsOf(organization).filter((account) => dueIn(account).length > 1);
  const account = accounts[Math.floor(accounts.length / 2)];
  if (!account) throw new RangeError('--peers: an organization of this size has no account with due keys.');
  return account;
}

/** Read from the group, or, as Cloud Custodian does, from the user: of one that would lose a key. */
function throttledMembership(account: SandboxAccount): Fault[] {
  const about = { service: 'iam', account: account.id, kind: 'throttle', occurrence: 'every' } as const;
  const [key] = dueIn(account);
  return [
    { ...about, call: 'GetGroup', where: { GroupName: GROUPS[0] ?? '' } },
    { ...about, call: 'ListGroupsForUser', where: { UserName: key?.user.userName ?? '' } },
  ];
}
