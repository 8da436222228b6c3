import type { Call, Operations } from '../../calls/call.ts';
import { pageOfList, pageOfMap } from '../../calls/page-parameters.ts';
import { matching, requiredString } from '../../calls/parameters.ts';
import type { SandboxGroup } from '../../organization/entities.ts';
import { groupElements, pageElements, userElements } from './elements.ts';
import { nameUpTo, PATH } from './name-patterns.ts';
import { groupResource, listResource, newResource, userResource } from './resources.ts';

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
  const group = namedGroup(call);
  const page = pageOfMap(call, group.members);
  const users = pageElements('Users', page, (user) => userElements(account, user));
  return `<Group>${groupElements(account, group)}</Group>${users}`;
}

function listGroups(call: Call): string {
  const { account } = call.caller;
  return pageElements('Groups', pageOfMap(call, account.groups), (group) => groupElements(account, group));
}

function listGroupsForUser(call: Call): string {
  const { account } = call.caller;
  const sortKey = (group: SandboxGroup) => account.groups.sortKey(group);
  const groups = [...account.user(requiredString(call, 'UserName')).groups];
  groups.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return pageElements('Groups', pageOfList(call, groups, sortKey), (group) => groupElements(account, group));
}

function createGroup(call: Call): string {
  const { account } = call.caller;
  const groupName = matching(call, 'GroupName', nameUpTo(128));
  const path = matching(call, 'Path', PATH, '/');
  return `<Group>${groupElements(account, account.createGroup(groupName, path, call.now))}</Group>`;
}

function deleteGroup(call: Call): undefined {
  call.caller.account.deleteGroup(namedGroup(call));
}

function addUserToGroup(call: Call): undefined {
  const group = namedGroup(call);
  call.caller.account.join(call.caller.account.user(requiredString(call, 'UserName')), group);
}

function removeUserFromGroup(call: Call): undefined {
  const group = namedGroup(call);
  call.caller.account.leave(call.caller.account.user(requiredString(call, 'UserName')), group);
}

function namedGroup(call: Call): SandboxGroup {
  return call.caller.account.group(requiredString(call, 'GroupName'));
}
