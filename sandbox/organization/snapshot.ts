import type { SandboxAccount } from './account.ts';
import type { SandboxKey, SandboxUser } from './entities.ts';
import type { SandboxOrganization } from './organization.ts';
import type { OrganizationalUnit } from './organizational-unit.ts';

type Json = Readonly<Record<string, unknown>>;

/** Everything in an organization, as JSON for tests and other processes. */
export function snapshotOf(organization: SandboxOrganization): Json {
  return {
    organizationId: organization.id,
    managementAccountId: organization.managementAccount.id,
    now: organization.clock.now().toISOString(),
    root: unitSnapshot(organization.root),
    delegatedAdministrators: [...organization.delegatedAdministrators.keys()],
    accounts: organization.accounts.list().map(accountSnapshot),
    sent: organization.sent,
    findings: [...organization.findings.values()],
    buckets: [...organization.buckets.values()].map(({ name, objects }) => ({
      name,
      keys: objects.list().map((object) => object.key),
    })),
  };
}

function unitSnapshot(unit: OrganizationalUnit): Json {
  return { id: unit.id, name: unit.name, units: unit.units.list().map(unitSnapshot) };
}

function accountSnapshot(account: SandboxAccount): Json {
  return {
    id: account.id,
    name: account.name,
    state: account.state,
    parent: account.parent.id,
    tags: Object.fromEntries(account.tags.current),
    groups: account.groups.list().map((group) => group.groupName),
    roles: account.roles.list().map(({ roleName, path, trust, policies }) => ({
      roleName,
      path,
      trust: trust.text,
      policies: Object.fromEntries([...policies].map(([name, policy]) => [name, policy.text])),
    })),
    serviceControlPolicies: account.scps.map((policy) => policy.text),
    users: account.users.list().map(userSnapshot),
  };
}

function userSnapshot(user: SandboxUser): Json {
  return {
    userName: user.userName,
    groups: user.groups.map((group) => group.groupName),
    tags: Object.fromEntries(user.tags ?? []),
    console: user.login !== undefined,
    keys: user.keys.map(keySnapshot),
  };
}

function keySnapshot({ accessKeyId, status, createdAt, lastUsed }: SandboxKey): Json {
  return {
    accessKeyId,
    status,
    createDate: new Date(createdAt).toISOString(),
    ...(lastUsed ? { lastUsedDate: new Date(lastUsed.at).toISOString() } : {}),
  };
}
