import type { Caller } from './caller.ts';
import type { Call, Resource } from './call.ts';
import type { Context } from '../policy/context.ts';
import { refusal, type Say } from '../policy/evaluate.ts';
import { commonError, type ServiceName } from '../wire/common-errors.ts';

/** The prefix of a service's actions in policies. */
const ACTION_PREFIX: Readonly<Record<ServiceName, string>> = {
  iam: 'iam',
  sts: 'sts',
  organizations: 'organizations',
  tagging: 'tag',
  s3: 's3',
  lambda: 'lambda',
  sns: 'sns',
  events: 'events',
  ses: 'ses',
  scheduler: 'scheduler',
  states: 'states',
};

/** A call as policies spell it, such as `iam:GetGroup`. */
export function actionOf(call: Call): string {
  return `${ACTION_PREFIX[call.service]}:${call.name}`;
}

/** @throws ApiError in AWS's words unless every policy with a say lets the call pass */
export function authorize(call: Call, resource: Resource): void {
  const action = resource.action ?? actionOf(call);
  const context = contextOf(call, resource);
  const why = refusal(sayOf(call), { action, resource: resource.arn, context });
  if (why === undefined) return;
  const label = resource.label ?? resource.arn;
  throw commonError(call.service, 'access-denied', refusalMessage(call.caller, action, label, why));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function refusalMessage(caller: Caller, action: string, resource: string, why = ''): string {
  return `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`.trimEnd();
}

export function sayOf({ caller, organization }: Call): Say {
  return {
    serviceControl: organization.serviceControlOf(caller.account),
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

/** Names of tags are compared without case in conditions, and the key comes in lower case. */
function tagValue(tags: ReadonlyMap<string, string> | undefined, name: string): string | undefined {
  for (const [key, value] of tags ?? []) if (key.toLowerCase() === name) return value;
  return undefined;
}

function accountIn(arn: string): string | undefined {
  return /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
}
