import type { Call, Resource } from '../../calls/call.ts';
import { optionalString, requiredString } from '../../calls/parameters.ts';
import type { SandboxAccount } from '../../organization/account.ts';
import type { OrganizationalUnit } from '../../organization/organizational-unit.ts';
import type { TagHistory } from '../../organization/tag-history.ts';
import { ApiError } from '../../wire/api-error.ts';
import { commonError } from '../../wire/common-errors.ts';
import { accountArn, arnPrefix, unitArn } from './shapes.ts';

/** @throws ApiError for a caller of any other account, whatever its policies allow */
export function managementOnly(call: Call): void {
  if (call.caller.account !== call.organization.managementAccount)
    throw commonError('organizations', 'access-denied');
}

export function managementOrDelegated(call: Call): void {
  if (!call.organization.delegatedAdministrators.has(call.caller.accountId)) managementOnly(call);
}

export function anyResource(): Resource {
  return { arn: '*' };
}

/** The account, OU or root that a parameter names, even if it does not exist. */
export function resourceNamedBy(parameter: string): (call: Call) => Resource {
  return (call) => {
    const id = optionalString(call, parameter) ?? '';
    const unit = call.organization.findUnit(id);
    if (unit) return { arn: unitArn(call, unit), tags: unit.tags.current };
    const tags = call.organization.accounts.get(id)?.tags.current;
    return { arn: /^\d{12}$/.test(id) ? accountArn(call, id) : `${arnPrefix(call)}:unknown/${id}`, tags };
  };
}

export function accountNamed(call: Call, parameter: string): SandboxAccount {
  const account = call.organization.accounts.get(requiredString(call, parameter));
  if (account) return account;
  throw organizationsError('AccountNotFoundException', "You specified an account that doesn't exist.");
}

export function unitNamed(call: Call, parameter: string, code: string, message: string): OrganizationalUnit {
  const unit = call.organization.findUnit(requiredString(call, parameter));
  if (unit) return unit;
  throw organizationsError(code, message);
}

export function parentNamed(call: Call): OrganizationalUnit {
  return unitNamed(call, 'ParentId', 'ParentNotFoundException', "You specified parent that doesn't exist.");
}

export function tagsOf(call: Call): TagHistory {
  const id = requiredString(call, 'ResourceId');
  const found = call.organization.accounts.get(id) ?? call.organization.findUnit(id);
  if (found) return found.tags;
  throw organizationsError('TargetNotFoundException', "You specified a target that doesn't exist.");
}

export function organizationsError(code: string, message: string): ApiError {
  return new ApiError(code, 400, message);
}
