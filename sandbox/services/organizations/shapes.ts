import type { Call } from '../../calls/call.ts';
import type { SandboxAccount } from '../../organization/account.ts';
import type { OrganizationalUnit } from '../../organization/organizational-unit.ts';

type Json = Readonly<Record<string, unknown>>;

/** A date as the JSON services write it: seconds since 1970. */
export function seconds(milliseconds: number): number {
  return Math.floor(milliseconds) / 1000;
}

export function accountShape(call: Call, account: SandboxAccount): Json {
  const { state, status, paths } = call.settings.accountFields;
  const { id: organizationId } = call.organization;
  return {
    Id: account.id,
    Arn: accountArn(call, account.id),
    Email: account.details.email,
    Name: account.name,
    ...(state ? { State: account.state } : {}),
    ...(status ? { Status: statusOf(account) } : {}),
    ...(paths ? { Paths: [`${organizationId}/${account.parent.path}/${account.id}/`] } : {}),
    JoinedMethod: account.details.joinedMethod,
    JoinedTimestamp: seconds(account.details.joinedAt),
  };
}

/**
 * The deprecated field `Status` has three of the five states.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
 */
function statusOf(account: SandboxAccount): string | undefined {
  if (account.state === 'PENDING_ACTIVATION') return undefined;
  return account.state === 'CLOSED' ? 'SUSPENDED' : account.state;
}

export function accountArn(call: Call, accountId: string): string {
  return `${arnPrefix(call)}:account/${call.organization.id}/${accountId}`;
}

export function unitArn(call: Call, unit: OrganizationalUnit): string {
  const kind = unit.parent ? 'ou' : 'root';
  return `${arnPrefix(call)}:${kind}/${call.organization.id}/${unit.id}`;
}

export function unitShape(call: Call, unit: OrganizationalUnit): Json {
  return {
    Id: unit.id,
    Arn: unitArn(call, unit),
    Name: unit.name,
    Path: `${call.organization.id}/${unit.path}/`,
  };
}

export function organizationArn(call: Call): string {
  return `${arnPrefix(call)}:organization/${call.organization.id}`;
}

export function arnPrefix({ organization }: Call): string {
  return `arn:${organization.partition}:organizations::${organization.managementAccount.id}`;
}

export function tagShapes(
  tags: ReadonlyMap<string, string>,
): readonly { readonly Key: string; readonly Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

export function listShape(name: string, items: readonly unknown[], next: string | undefined): Json {
  return { [name]: items, ...(next === undefined ? {} : { NextToken: next }) };
}
