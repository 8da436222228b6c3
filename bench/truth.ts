import type { SandboxAccount } from '../sandbox/organization/account.ts';
import type { SandboxKey, SandboxUser } from '../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../sandbox/organization/organization.ts';
import { EXEMPT_TAG, GROUPS, WRITES_AT_ONCE } from './setting.ts';

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
  /** Where the last of them is in the list of all accounts, counted from 1; 0: there is none. */
  readonly lastWritten: number;
  /** Targets in which a user keeps active keys by a tag, which is read by a name that may change hands. */
  readonly keptByTag: number;
  /** Of at most {@link WRITES_AT_ONCE} writes to an account, decided again together. */
  readonly batches: number;
  /** Users with due keys, once for each batch that has keys of theirs. */
  readonly readAgain: number;
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
  const members = targets.map(membersOf);
  const written = targets.filter((account) => dueIn(account).length > 0);
  const users = members.flat();
  const batches = members.flatMap(batchesOf);
  const due = new Set(users.flatMap(dueKeys));
  return {
    work: {
      targets: targets.length,
      users: users.length,
      tagged: users.filter(hasActiveKey).length,
      due: due.size,
      written: written.length,
      lastWritten: organization.accounts.list().findLastIndex((account) => written.includes(account)) + 1,
      keptByTag: members.filter((of) => of.some((user) => hasActiveKey(user) && isExempt(user))).length,
      batches: batches.length,
      readAgain: batches.reduce((sum, batch) => sum + new Set(batch).size, 0),
    },
    left: rememberKeys(organization, due),
  };
}

/** In the order in which IAM lists them, group by group, each once. */
function membersOf({ groups }: SandboxAccount): SandboxUser[] {
  return [...new Set(GROUPS.flatMap((name) => groups.get(name)?.members.list() ?? []))];
}

/** The user of each write. */
function batchesOf(members: readonly SandboxUser[]): SandboxUser[][] {
  const writes = members.flatMap((user) => dueKeys(user).map(() => user));
  return Array.from({ length: Math.ceil(writes.length / WRITES_AT_ONCE) }, (_, batch) =>
    writes.slice(batch * WRITES_AT_ONCE, (batch + 1) * WRITES_AT_ONCE),
  );
}

function hasActiveKey({ keys }: SandboxUser): boolean {
  return keys.some(isActive);
}

function isActive({ status }: SandboxKey): boolean {
  return status === 'Active';
}

function isExempt({ tags }: SandboxUser): boolean {
  return tags?.get(EXEMPT_TAG.key) === EXEMPT_TAG.value;
}

function dueKeys(user: SandboxUser): SandboxKey[] {
  return isExempt(user) ? [] : user.keys.filter(isActive);
}

/** Of an account. */
export function dueIn(account: SandboxAccount): SandboxKey[] {
  return membersOf(account).flatMap(dueKeys);
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
