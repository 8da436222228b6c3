import type { SandboxAccount } from '../sandbox/organization/account.ts';
import type { SandboxKey, SandboxUser } from '../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../sandbox/organization/organization.ts';
import { EXEMPT_TAG, GROUPS } from './setting.ts';

/** What there is to do in an organization. */
export interface Work {
  readonly targets: number;
  readonly users: number;
  /** Users whose tags the rules need: those who would lose a key. */
  readonly tagged: number;
  /** Keys that are due. */
  readonly due: number;
  /** Targets with such keys. */
  readonly written: number;
}

/** How the keys were left. */
export interface Left {
  /** Keys that were due, and are active still. */
  readonly due: number;
  /** Keys that were not due, and are gone or have another status. */
  readonly othersTouched: number;
}

/**
 * Looks into the organization itself, and at nothing that a sweep has read, by the rules of the benchmark: so
 * a user whom a sweep misses is missing from what it did, and not from what there was to do.
 * @returns the work, and what tells later how it was done
 */
export function truthOf(organization: SandboxOrganization): {
  readonly work: Work;
  readonly left: () => Left;
} {
  const targets = organization.accounts
    .list()
    .filter((account) => account.state === 'ACTIVE' && account !== organization.managementAccount);
  const members = targets.map((account) => account.users.list().filter(isMember));
  const users = members.flat();
  const due = new Set(users.flatMap(dueKeys));
  return {
    work: {
      targets: targets.length,
      users: users.length,
      tagged: users.filter(hasActiveKey).length,
      due: due.size,
      written: members.filter((of) => of.some((user) => dueKeys(user).length > 0)).length,
    },
    left: rememberKeys(organization, due),
  };
}

function isMember({ groups }: SandboxUser): boolean {
  return groups.some(({ groupName }) => GROUPS.includes(groupName));
}

function hasActiveKey({ keys }: SandboxUser): boolean {
  return keys.some(isActive);
}

function isActive({ status }: SandboxKey): boolean {
  return status === 'Active';
}

function dueKeys({ keys, tags }: SandboxUser): SandboxKey[] {
  return tags?.get(EXEMPT_TAG.key) === EXEMPT_TAG.value ? [] : keys.filter(isActive);
}

function rememberKeys(organization: SandboxOrganization, due: ReadonlySet<SandboxKey>): () => Left {
  const before = organization.accounts.list().flatMap((account) => keysOf(account));
  return () => {
    const left = { due: 0, othersTouched: 0 };
    for (const { account, key, status } of before) {
      const now = account.keys.get(key.accessKeyId)?.status;
      if (due.has(key)) left.due += Number(now === 'Active');
      else left.othersTouched += Number(now !== status);
    }
    return left;
  };
}

function keysOf(account: SandboxAccount) {
  return [...account.keys.values()].map((key) => ({ account, key, status: key.status }));
}
