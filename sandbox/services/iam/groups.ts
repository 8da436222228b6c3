import type { SandboxGroup } from '../../organization/entities.ts';
import type { Call, Operations } from '../../calls/call.ts';
import { pageFor, pageForList } from '../../calls/page-parameters.ts';
import { requiredText, shaped, text } from '../../calls/parameters.ts';
import { groupElements, pageElements, userElements } from './elements.ts';
import { groupResource, listResource, newResource, userResource } from './resources.ts';
import { nameUpTo, PATH } from './name-patterns.ts';

export const GROUP_OPERATIONS: Operations<string | undefined> = {
  GetGroup: { resource: groupResource, run: getGroup },
  ListGroups: { resource: listResource('group'), run: listGroups },
  ListGroupsForUser: { resource: userResource, run: listGroupsForUser },
  CreateGroup: { writes: true, resource: newResource('group', 'GroupName'), run: createGroup },
  DeleteGroup: { writes: true, resource: groupResource, run: deleteGroup },
  AddUserToGroup: { writes: true, resource: groupResource, run: addUserToGroup },
  RemoveUserFromGroup: { writes: true, resource: groupResource, run: removeUserFromGroup },
};

function getGroup(call: Call): string {
  const { account } = call.caller;
  const group = named(call);
  const page = pageFor(call, group.members);
  return `<Group>${groupElements(account, group)}</Group>${pageElements('Users', page, (user) => userElements(account, user))}`;
}

function listGroups(call: Call): string {
  const { account } = call.caller;
  return pageElements('Groups', pageFor(call, account.groups), (group) => groupElements(account, group));
}

function listGroupsForUser(call: Call): string {
  const { account } = call.caller;
  const orderOf = (group: SandboxGroup) => account.groups.orderOf(group);
  const groups = [...account.user(requiredText(call, 'UserName')).groups];
  groups.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  return pageElements('Groups', pageForList(call, groups, orderOf), (group) => groupElements(account, group));
}

function createGroup(call: Call): string {
  const { account } = call.caller;
  const groupName = shaped(call, 'GroupName', requiredText(call, 'GroupName'), nameUpTo(128));
  const path = shaped(call, 'Path', text(call, 'Path') ?? '/', PATH);
  return `<Group>${groupElements(account, account.createGroup(groupName, path, call.now))}</Group>`;
}

function deleteGroup(call: Call): undefined {
  call.caller.account.deleteGroup(named(call));
}

function addUserToGroup(call: Call): undefined {
  const group = named(call);
  call.caller.account.join(call.caller.account.user(requiredText(call, 'UserName')), group);
}

function removeUserFromGroup(call: Call): undefined {
  const group = named(call);
  call.caller.account.leave(call.caller.account.user(requiredText(call, 'UserName')), group);
}

function named(call: Call): SandboxGroup {
  return call.caller.account.group(requiredText(call, 'GroupName'));
}
