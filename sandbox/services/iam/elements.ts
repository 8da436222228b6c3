import type { SandboxAccount } from '../../organization/account.ts';
import type { SandboxGroup, SandboxKey, SandboxRole, SandboxUser } from '../../organization/entities.ts';
import type { Page } from '../../calls/paging.ts';
import { isoSeconds, leaf } from '../../wire/xml.ts';

export function userElements(account: SandboxAccount, user: SandboxUser): string {
  return (
    leaf('Path', user.path) +
    leaf('UserName', user.userName) +
    leaf('UserId', account.idOf('AIDA', user)) +
    leaf('Arn', account.arn('user', user.path, user.userName)) +
    leaf('CreateDate', isoSeconds(user.createdAt))
  );
}

export function groupElements(account: SandboxAccount, group: SandboxGroup): string {
  return (
    leaf('Path', group.path) +
    leaf('GroupName', group.groupName) +
    leaf('GroupId', account.idOf('AGPA', group)) +
    leaf('Arn', account.arn('group', group.path, group.groupName)) +
    leaf('CreateDate', isoSeconds(group.createdAt))
  );
}

export function keyElements(key: SandboxKey): string {
  return (
    leaf('UserName', key.user.userName) +
    leaf('AccessKeyId', key.accessKeyId) +
    leaf('Status', key.status) +
    leaf('CreateDate', isoSeconds(key.createdAt))
  );
}

/** Policies travel percent-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export function roleElements(account: SandboxAccount, role: SandboxRole): string {
  return (
    leaf('Path', role.path) +
    leaf('RoleName', role.roleName) +
    leaf('RoleId', account.idOf('AROA', role)) +
    leaf('Arn', account.arn('role', role.path, role.roleName)) +
    leaf('CreateDate', isoSeconds(role.createdAt)) +
    leaf('AssumeRolePolicyDocument', encodeURIComponent(role.trust.text)) +
    leaf('Description', role.description) +
    leaf('MaxSessionDuration', role.maxSessionDuration)
  );
}

export function tagsElement(tags: ReadonlyMap<string, string> | undefined): string {
  if (!tags || tags.size === 0) return '';
  return `<Tags>${tagMembers([...tags])}</Tags>`;
}

export function tagMembers(tags: readonly (readonly [string, string])[]): string {
  return tags.map(([key, value]) => `<member>${leaf('Key', key)}${leaf('Value', value)}</member>`).join('');
}

/** A list with IAM's way of saying that there is more. */
export function pageElements<Thing>(
  name: string,
  page: Page<Thing>,
  elements: (thing: Thing) => string,
): string {
  const members = page.items.map((item) => `<member>${elements(item)}</member>`).join('');
  return `<IsTruncated>${String(page.next !== undefined)}</IsTruncated><${name}>${members}</${name}>${leaf('Marker', page.next)}`;
}
