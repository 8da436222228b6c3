import { missing, taken } from '../../organization/account.ts';
import type { SandboxUser } from '../../organization/entities.ts';
import type { Call, Operations } from '../../calls/call.ts';
import { pageFor, pageForList } from '../../calls/page-parameters.ts';
import { requiredText, shaped, tagPairs, text, texts } from '../../calls/parameters.ts';
import { isoSeconds, leaf } from '../../wire/xml.ts';
import { pageElements, tagMembers, tagsElement, userElements } from './elements.ts';
import { nameUpTo, PATH } from './name-patterns.ts';
import { listResource, namedUser, newResource, userResource } from './resources.ts';

export const USER_OPERATIONS: Operations<string | undefined> = {
  CreateUser: { writes: true, resource: newResource('user', 'UserName'), run: createUser },
  GetUser: { resource: userResource, run: getUser },
  ListUsers: { resource: listResource('user'), run: listUsers },
  DeleteUser: { writes: true, resource: userResource, run: deleteUser },
  ListUserTags: { resource: userResource, run: listUserTags },
  TagUser: { writes: true, resource: userResource, run: tagUser },
  UntagUser: { writes: true, resource: userResource, run: untagUser },
  GetLoginProfile: { resource: userResource, run: getLoginProfile },
  CreateLoginProfile: { writes: true, resource: userResource, run: createLoginProfile },
  DeleteLoginProfile: { writes: true, resource: userResource, run: deleteLoginProfile },
};

function createUser(call: Call): string {
  const { account } = call.caller;
  const userName = shaped(call, 'UserName', requiredText(call, 'UserName'), nameUpTo(64));
  const user = account.createUser(userName, shaped(call, 'Path', text(call, 'Path') ?? '/', PATH), call.now);
  const tags = tagPairs(call);
  if (tags.length > 0) user.tags = new Map(tags);
  return `<User>${userElements(account, user)}${tagsElement(user.tags)}</User>`;
}

function getUser(call: Call): string {
  const user = namedUser(call);
  return `<User>${userElements(call.caller.account, user)}${tagsElement(user.tags)}</User>`;
}

function listUsers(call: Call): string {
  const prefix = text(call, 'PathPrefix') ?? '/';
  const { account } = call.caller;
  const page = pageFor(call, account.users);
  const items = prefix === '/' ? page.items : page.items.filter((user) => user.path.startsWith(prefix));
  return pageElements('Users', { ...page, items }, (user) => userElements(account, user));
}

function deleteUser(call: Call): undefined {
  call.caller.account.deleteUser(required(call));
}

function listUserTags(call: Call): string {
  const tags = [...(required(call).tags ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const page = pageForList(call, tags, ([name]) => name);
  const more = `<IsTruncated>${String(page.next !== undefined)}</IsTruncated>${leaf('Marker', page.next)}`;
  return `<Tags>${tagMembers(page.items)}</Tags>${more}`;
}

function tagUser(call: Call): undefined {
  const user = required(call);
  user.tags = new Map([...(user.tags ?? []), ...tagPairs(call)]);
}

function untagUser(call: Call): undefined {
  const user = required(call);
  for (const name of texts(call, 'TagKeys')) user.tags?.delete(name);
}

function getLoginProfile(call: Call): string {
  const user = namedUser(call);
  return user.login
    ? loginProfile(user)
    : missing(`Login Profile for User ${user.userName} cannot be found.`);
}

function createLoginProfile(call: Call): string {
  const user = namedUser(call);
  if (user.login) throw taken(`Login Profile for user ${user.userName} already exists.`);
  user.login = {
    createdAt: call.now,
    passwordResetRequired: text(call, 'PasswordResetRequired') === 'true',
  };
  return loginProfile(user);
}

function deleteLoginProfile(call: Call): undefined {
  const user = namedUser(call);
  if (!user.login) missing(`Login Profile for User ${user.userName} cannot be found.`);
  user.login = undefined;
}

function loginProfile(user: SandboxUser): string {
  const fields =
    leaf('UserName', user.userName) +
    leaf('CreateDate', isoSeconds(user.login?.createdAt ?? user.createdAt)) +
    leaf('PasswordResetRequired', user.login?.passwordResetRequired ?? false);
  return `<LoginProfile>${fields}</LoginProfile>`;
}

function required(call: Call): SandboxUser {
  return call.caller.account.user(requiredText(call, 'UserName'));
}
