import type { Call } from '../calls/call.ts';
import type { Caller } from '../calls/caller.ts';
import type { Service } from '../services/registry.ts';
import { ApiError } from '../wire/api-error.ts';
import type { HttpResponse } from '../wire/response.ts';
import type { OtherRequest } from './faults.ts';

/** The right answer to another request, as AWS gives it to somebody who is allowed to ask. */
export function otherAnswer(
  call: Call,
  { call: name = call.name, account, parameters, organization = call.organization }: OtherRequest,
  service: Service,
  requestId: string,
): HttpResponse {
  const role = roleIn(call, account);
  const caller = callerIn(call, organization, role ? undefined : account);
  const asked = { ...call.parameters, ...role, ...parameters };
  try {
    const operation = service.find(name);
    if (!operation) throw new ApiError('InvalidAction', 400, `The sandbox does not have ${name}.`);
    return operation.run({ ...call, name, caller, organization, parameters: asked }, requestId);
  } catch (error) {
    if (error instanceof ApiError) return service.error(error, requestId);
    throw error;
  }
}

/** The same caller, as if its account were that one. */
function callerIn({ caller }: Call, organization: Call['organization'], id = caller.accountId): Caller {
  const account = organization.accounts.get(id) ?? organization.managementAccount;
  const moved = (arn: string): string => arn.replaceAll(caller.accountId, account.id);
  return {
    ...caller,
    account,
    accountId: account.id,
    arn: moved(caller.arn),
    principalArn: moved(caller.principalArn),
  };
}

/** Undefined for a call that names no role. */
function roleIn({ parameters: { RoleArn } }: Call, account: string | undefined) {
  if (typeof RoleArn !== 'string' || account === undefined) return undefined;
  return { RoleArn: RoleArn.replace(/:\d{12}:/, `:${account}:`) };
}
