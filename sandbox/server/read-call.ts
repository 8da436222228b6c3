import type { Call } from '../calls/call.ts';
import { type Caller, callerOf } from '../calls/caller.ts';
import type { Service } from '../services/registry.ts';
import type { HttpRequest, Signature } from '../wire/request.ts';
import type { ServiceName } from '../wire/service-name.ts';
import type { ServerState } from './server-state.ts';

export interface SignedRequest {
  readonly request: HttpRequest;
  readonly signature: Signature;
  readonly service: Service;
  readonly requestId: string;
}

/** @throws ApiError if the credentials or the request are invalid */
export function readCall(state: ServerState, { request, signature, service }: SignedRequest): Call {
  const { organization, sessions, settings } = state;
  const { region, service: name = 'sts' } = signature;
  const caller = callerOf(signature, name, organization, sessions);
  const now = organization.clock.milliseconds();
  if (caller.user) recordKeyUse(caller, name, region, now);
  return {
    service: name,
    ...service.read(request),
    region,
    caller,
    organization,
    sessions,
    settings,
    pageLimit: {},
    now,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
function recordKeyUse(
  { account, accessKeyId }: Caller,
  service: ServiceName,
  region: string,
  at: number,
): void {
  const key = account.keys.get(accessKeyId);
  if (key) key.lastUsed = { at, service, region };
}

/** The account that a call is about: the role's for AssumeRole, the caller's for all others. */
export function subjectAccount({ service, name, parameters, caller }: Call): string {
  const roleArn = parameters.RoleArn;
  const isAssumeRole = service === 'sts' && name === 'AssumeRole' && typeof roleArn === 'string';
  return (isAssumeRole ? roleArn.split(':')[4] : undefined) ?? caller.accountId;
}
