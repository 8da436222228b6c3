import type { Context } from '../policy/context.ts';
import { type ApplicablePolicies, denialReason } from '../policy/evaluate.ts';
import { commonError } from '../wire/common-errors.ts';
import type { Call, Resource } from './call.ts';
import type { Caller } from './caller.ts';

/** The call as an action of a policy, such as `iam:GetGroup`. */
export function actionOf({ service, name }: Call): string {
  return `${service === 'tagging' ? 'tag' : service}:${name}`;
}

/** @throws ApiError in AWS's words if the policies do not allow the call */
export function authorize(call: Call, resource: Resource): void {
  const action = resource.action ?? actionOf(call);
  const context = contextOf(call, resource);
  const reason = denialReason(policiesFor(call), { action, resource: resource.arn, context });
  if (reason === undefined) return;
  const label = resource.label ?? resource.arn;
  throw commonError(call.service, 'access-denied', accessDeniedMessage(call.caller, action, label, reason));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function accessDeniedMessage(caller: Caller, action: string, resource: string, reason = ''): string {
  const denied = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  return `${denied} ${reason}`.trimEnd();
}

export function policiesFor({ caller, organization }: Call): ApplicablePolicies {
  return {
    scps: organization.scpsFor(caller.account),
    identity: caller.identityPolicies,
    session: caller.session?.policy,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf(call: Call, resource: Resource): Context {
  const { caller, organization } = call;
  return (key) => {
    const tag = /^(?:aws|iam):resourcetag\/(.+)$/.exec(key)?.[1];
    if (tag !== undefined) return tagValue(resource.tags, tag);
    switch (key) {
      case 'aws:principalarn':
        return caller.principalArn;
      case 'aws:principalaccount':
        return caller.accountId;
      case 'aws:principalorgid':
      case 'aws:resourceorgid':
        return organization.id;
      case 'aws:resourceaccount':
        return accountIn(resource.arn) ?? caller.accountId;
      case 'aws:userid':
        return caller.userId;
      case 'aws:username':
        return caller.user?.userName;
      case 'aws:requestedregion':
        return call.region;
      case 'aws:securetransport':
        return 'true';
      default:
        return resource.context?.(key);
    }
  };
}

/** Condition keys ignore the case of tag names. @param name in lower case */
function tagValue(tags: ReadonlyMap<string, string> | undefined, name: string): string | undefined {
  for (const [key, value] of tags ?? []) if (key.toLowerCase() === name) return value;
  return undefined;
}

function accountIn(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
