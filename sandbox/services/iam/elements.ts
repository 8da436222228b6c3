import type { Call } from '../../calls/call.ts';
import { pageOfList } from '../../calls/page-parameters.ts';
import type { Page } from '../../calls/paging.ts';
import type { SandboxAccount } from '../../organization/account.ts';
import type { SandboxGroup, SandboxKey, SandboxRole, SandboxUser } from '../../organization/entities.ts';
import { element, isoSeconds } from '../../wire/xml.ts';

export function userElements(account: SandboxAccount, user: SandboxUser): string {
  return (
    element('Path', user.path) +
    element('UserName', user.userName) +
    element('UserId', account.idOf('AIDA', user)) +
    element('Arn', account.arn('user', user.path, user.userName)) +
    element('CreateDate', isoSeconds(user.createdAt))
  );
}

export function groupElements(account: SandboxAccount, group: SandboxGroup): string {
  return (
    element('Path', group.path) +
    element('GroupName', group.groupName) +
    element('GroupId', account.idOf('AGPA', group)) +
    element('Arn', account.arn('group', group.path, group.groupName)) +
    element('CreateDate', isoSeconds(group.createdAt))
  );
}

export function keyElements(key: SandboxKey): string {
  return (
    element('UserName', key.user.userName) +
    element('AccessKeyId', key.accessKeyId) +
    element('Status', key.status) +
    element('CreateDate', isoSeconds(key.createdAt))
  );
}

/** Policies are percent-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export function roleElements(account: SandboxAccount, role: SandboxRole): string {
  return (
    element('Path', role.path) +
    element('RoleName', role.roleName) +
    element('RoleId', account.idOf('AROA', role)) +
    element('Arn', account.arn('role', role.path, role.roleName)) +
    element('CreateDate', isoSeconds(role.createdAt)) +
    element('AssumeRolePolicyDocument', encodeURIComponent(role.trust.text)) +
    element('Description', role.description) +
    element('MaxSessionDuration', role.maxSessionDuration)
  );
}

export function tagsElement(tags: ReadonlyMap<string, string> | undefined): string {
  if (!tags || tags.size === 0) return '';
  return `<Tags>${tagMembers([...tags])}</Tags>`;
}

export function tagMembers(tags: readonly (readonly [string, string])[]): string {
  return tags
    .map(([key, value]) => `<member>${element('Key', key)}${element('Value', value)}</member>`)
    .join('');
}

export function pageElements<Item>(name: string, page: Page<Item>, elements: (item: Item) => string): string {
  const members = page.items.map((item) => `<member>${elements(item)}</member>`).join('');
  return listElements(name, members, page.next);
}

/** @param arns of managed policies */
export function attachedElements(call: Call, arns: readonly string[]): string {
  return pageElements(
    'AttachedPolicies',
    pageOfList(call, [...arns].sort(), (arn) => arn),
    (arn) => {
      return element('PolicyName', arn.slice(arn.lastIndexOf('/') + 1)) + element('PolicyArn', arn);
    },
  );
}

/** @param next marker of the next page; undefined on the last one */
export function listElements(name: string, members: string, next: string | undefined): string {
  const isTruncated = element('IsTruncated', next !== undefined);
  return `${isTruncated}<${name}>${members}</${name}>${element('Marker', next)}`;
}
