import type { Call, Resource } from '../../calls/call.ts';
import { optionalString, requiredString } from '../../calls/parameters.ts';
import type { SandboxUser } from '../../organization/entities.ts';
import { commonError } from '../../wire/common-errors.ts';

/** The user that a call names, even if there is no such user. */
export function userResource(call: Call): Resource {
  const userName = optionalString(call, 'UserName') ?? call.caller.user?.userName;
  if (userName === undefined) throw missingUserName(call);
  const user = call.caller.account.users.get(userName);
  const arn = call.caller.account.arn('user', user?.path ?? '/', user?.userName ?? userName);
  return { arn, label: `user ${userName}`, tags: user?.tags };
}

export function groupResource(call: Call): Resource {
  const groupName = requiredString(call, 'GroupName');
  const group = call.caller.account.groups.get(groupName);
  const arn = call.caller.account.arn('group', group?.path ?? '/', group?.groupName ?? groupName);
  return { arn, label: `group ${groupName}` };
}

export function roleResource(call: Call): Resource {
  const roleName = requiredString(call, 'RoleName');
  const role = call.caller.account.roles.get(roleName);
  const arn = call.caller.account.arn('role', role?.path ?? '/', role?.roleName ?? roleName);
  return { arn, label: `role ${roleName}`, tags: role?.tags };
}

/** Something that does not exist yet. */
export function newResource(kind: 'user' | 'group' | 'role', parameter: string): (call: Call) => Resource {
  return (call) => ({
    arn: call.caller.account.arn(kind, optionalString(call, 'Path') ?? '/', requiredString(call, parameter)),
  });
}

/** The resource of a list call. */
export function listResource(kind: 'user' | 'group' | 'role'): (call: Call) => Resource {
  return (call) => ({ arn: call.caller.account.arn(kind, optionalString(call, 'PathPrefix') ?? '/', '') });
}

/**
 * The named user, or the caller if the call names none.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html
 * @throws ApiError NoSuchEntity
 */
export function userOrCaller(call: Call): SandboxUser {
  const userName = optionalString(call, 'UserName');
  if (userName !== undefined) return call.caller.account.user(userName);
  if (!call.caller.user) throw missingUserName(call);
  return call.caller.user;
}

function missingUserName(call: Call): Error {
  return commonError(
    call.service,
    'invalid-parameter',
    'Must specify userName when calling with non-User credentials',
  );
}
