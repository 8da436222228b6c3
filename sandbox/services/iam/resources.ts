import type { SandboxUser } from '../../organization/entities.ts';
import type { Call, Resource } from '../../calls/call.ts';
import { requiredText, text } from '../../calls/parameters.ts';
import { commonError } from '../../wire/common-errors.ts';

/** The user that a call names; what it is about even when there is no such user. */
export function userResource(call: Call): Resource {
  const userName = text(call, 'UserName') ?? call.caller.user?.userName;
  if (userName === undefined) throw mustSayUser(call);
  const user = call.caller.account.users.get(userName);
  const arn = call.caller.account.arn('user', user?.path ?? '/', user?.userName ?? userName);
  return { arn, label: `user ${userName}`, tags: user?.tags };
}

export function groupResource(call: Call): Resource {
  const groupName = requiredText(call, 'GroupName');
  const group = call.caller.account.groups.get(groupName);
  const arn = call.caller.account.arn('group', group?.path ?? '/', group?.groupName ?? groupName);
  return { arn, label: `group ${groupName}` };
}

export function roleResource(call: Call): Resource {
  const roleName = requiredText(call, 'RoleName');
  const role = call.caller.account.roles.get(roleName);
  const arn = call.caller.account.arn('role', role?.path ?? '/', role?.roleName ?? roleName);
  return { arn, label: `role ${roleName}`, tags: role?.tags };
}

/** Something that is about to be made, under the path it asks for. */
export function newResource(kind: 'user' | 'group' | 'role', parameter: string): (call: Call) => Resource {
  return (call) => ({
    arn: call.caller.account.arn(kind, text(call, 'Path') ?? '/', requiredText(call, parameter)),
  });
}

/** A list of everything of its kind in the account. */
export function listResource(kind: 'user' | 'group' | 'role'): (call: Call) => Resource {
  return (call) => ({ arn: call.caller.account.arn(kind, text(call, 'PathPrefix') ?? '/', '') });
}

/**
 * The user of a call that may leave the name out and then means the caller: a trap, for with a root key or a user's own
 * the call acts on the wrong user. https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 * @throws ApiError NoSuchEntity
 */
export function namedUser(call: Call): SandboxUser {
  const userName = text(call, 'UserName');
  if (userName !== undefined) return call.caller.account.user(userName);
  if (!call.caller.user) throw mustSayUser(call);
  return call.caller.user;
}

function mustSayUser(call: Call): Error {
  return commonError(
    call.service,
    'invalid-parameter',
    'Must specify userName when calling with non-User credentials',
  );
}
