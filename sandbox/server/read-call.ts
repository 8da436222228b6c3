import type { Behaviour } from './server-state.ts';
import { callerOf, type Caller } from '../calls/caller.ts';
import type { Call } from '../calls/call.ts';
import type { ServiceName } from '../wire/common-errors.ts';
import type { Service } from '../services/registry.ts';
import type { HttpRequest, Signature } from '../wire/request.ts';

/** A signed request on its way to the service that it is for. */
export interface Arrival {
  readonly request: HttpRequest;
  readonly signature: Signature;
  readonly service: Service;
  readonly requestId: string;
}

/** @throws ApiError when the credentials or the request are no good */
export function callOf(behaviour: Behaviour, { request, signature, service }: Arrival): Call {
  const { organization, sessions, settings } = behaviour;
  const name = signature.service ?? 'sts';
  const caller = callerOf(signature, name, organization, sessions);
  const now = organization.clock.milliseconds();
  if (caller.user) noteUse(caller, name, signature.region, now);
  const { region } = signature;
  return {
    service: name,
    ...service.read(request),
    region,
    caller,
    organization,
    sessions,
    settings,
    pageCut: {},
    now,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
function noteUse({ account, accessKeyId }: Caller, service: ServiceName, region: string, at: number): void {
  const key = account.keys.get(accessKeyId);
  if (key) key.lastUsed = { at, service, region };
}

/** The account that a call is about. */
export function subjectOf({ service, name, parameters, caller }: Call): string {
  const roleArn = parameters.RoleArn;
  const isAssumption = service === 'sts' && name === 'AssumeRole' && typeof roleArn === 'string';
  return (isAssumption ? roleArn.split(':')[4] : undefined) ?? caller.accountId;
}
