import type { Call, Operations } from '../../calls/call.ts';
import { pageOfList, pageOfMap } from '../../calls/page-parameters.ts';
import { matching, optionalString, requiredString, stringList, tagPairs } from '../../calls/parameters.ts';
import { entityAlreadyExists, noSuchEntity } from '../../organization/account.ts';
import type { SandboxUser } from '../../organization/entities.ts';
import { element, isoSeconds } from '../../wire/xml.ts';
import {
  attachedElements,
  listElements,
  pageElements,
  tagMembers,
  tagsElement,
  userElements,
} from './elements.ts';
import { nameUpTo, PATH } from './name-patterns.ts';
import { listResource, newResource, userOrCaller, userResource } from './resources.ts';

export const USER_OPERATIONS: Operations<string | undefined> = {
  CreateUser: { writes: true, resource: newResource('user', 'UserName'), run: createUser },
  GetUser: { resource: userResource, run: getUser },
  ListUsers: { resource: listResource('user'), run: listUsers },
  DeleteUser: { writes: true, resource: userResource, run: deleteUser },
  ListAttachedUserPolicies: { resource: userResource, run: listAttachedUserPolicies },
  ListUserTags: { resource: userResource, run: listUserTags },
  TagUser: { writes: true, resource: userResource, run: tagUser },
  UntagUser: { writes: true, resource: userResource, run: untagUser },
  GetLoginProfile: { resource: userResource, run: getLoginProfile },
  CreateLoginProfile: { writes: true, resource: userResource, run: createLoginProfile },
  DeleteLoginProfile: { writes: true, resource: userResource, run: deleteLoginProfile },
};

function createUser(call: Call): string {
  const { account } = call.caller;
  const userName = matching(call, 'UserName', nameUpTo(64));
  const user = account.createUser(userName, matching(call, 'Path', PATH, '/'), call.now);
  const tags = tagPairs(call);
  if (tags.length > 0) user.tags = new Map(tags);
  return `<User>${userElements(account, user)}${tagsElement(user.tags)}</User>`;
}

function getUser(call: Call): string {
  const user = userOrCaller(call);
  return `<User>${userElements(call.caller.account, user)}${tagsElement(user.tags)}</User>`;
}

function listUsers(call: Call): string {
  const prefix = optionalString(call, 'PathPrefix') ?? '/';
  const { account } = call.caller;
  const page = pageOfMap(call, account.users);
  const items = prefix === '/' ? page.items : page.items.filter((user) => user.path.startsWith(prefix));
  return pageElements('Users', { ...page, items }, (user) => userElements(account, user));
}

function deleteUser(call: Call): undefined {
  call.caller.account.deleteUser(requiredUser(call));
}

function listAttachedUserPolicies(call: Call): string {
  return attachedElements(call, requiredUser(call).attachedPolicies ?? []);
}

function listUserTags(call: Call): string {
  const tags = [...(requiredUser(call).tags ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const page = pageOfList(call, tags, ([name]) => name);
  return listElements('Tags', tagMembers(page.items), page.next);
}

function tagUser(call: Call): undefined {
  const user = requiredUser(call);
  user.tags = new Map([...(user.tags ?? []), ...tagPairs(call)]);
}

function untagUser(call: Call): undefined {
  const user = requiredUser(call);
  for (const name of stringList(call, 'TagKeys')) user.tags?.delete(name);
}

function getLoginProfile(call: Call): string {
  const user = userOrCaller(call);
  return user.login
    ? loginProfile(user)
    : noSuchEntity(`Login Profile for User ${user.userName} cannot be found.`);
}

function createLoginProfile(call: Call): string {
  const user = userOrCaller(call);
  if (user.login) throw entityAlreadyExists(`Login Profile for user ${user.userName} already exists.`);
  user.login = {
    createdAt: call.now,
    passwordResetRequired: optionalString(call, 'PasswordResetRequired') === 'true',
  };
  return loginProfile(user);
}

function deleteLoginProfile(call: Call): undefined {
  const user = userOrCaller(call);
  if (!user.login) noSuchEntity(`Login Profile for User ${user.userName} cannot be found.`);
  user.login = undefined;
}

function loginProfile(user: SandboxUser): string {
  const fields =
    element('UserName', user.userName) +
    element('CreateDate', isoSeconds(user.login?.createdAt ?? user.createdAt)) +
    element('PasswordResetRequired', user.login?.passwordResetRequired ?? false);
  return `<LoginProfile>${fields}</LoginProfile>`;
}

function requiredUser(call: Call): SandboxUser {
  return call.caller.account.user(requiredString(call, 'UserName'));
}
