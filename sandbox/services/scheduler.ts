import type { Call, Operations, Resource } from '../calls/call.ts';
import { optionalString, requiredString } from '../calls/parameters.ts';
import { ApiError } from '../wire/api-error.ts';
import type { HttpRequest, NamedCall } from '../wire/request.ts';
import { seconds } from './organizations/shapes.ts';

type Json = Readonly<Record<string, unknown>>;

export const SCHEDULER_OPERATIONS: Operations<Json> = {
  GetSchedule: { resource: scheduleResource, run: getSchedule },
};

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html */
export function schedulerCall({ method, url }: HttpRequest): NamedCall {
  const [, collection, name = ''] = url.pathname.split('/').map(decodeURIComponent);
  const isRead = method === 'GET' && collection === 'schedules' && name !== '';
  const groupName = url.searchParams.get('groupName') ?? undefined;
  return { name: isRead ? 'GetSchedule' : '', parameters: { Name: name, GroupName: groupName } };
}

function scheduleResource(call: Call): Resource {
  const group = optionalString(call, 'GroupName') ?? 'default';
  const { partition } = call.organization;
  const prefix = `${partition}:scheduler:${call.region}:${call.caller.accountId}`;
  return { arn: `arn:${prefix}:schedule/${group}/${requiredString(call, 'Name')}` };
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html */
function getSchedule(call: Call): Json {
  const { arn } = scheduleResource(call);
  const found = call.organization.schedules.get(arn);
  if (!found) {
    const message = `Schedule ${requiredString(call, 'Name')} does not exist.`;
    throw new ApiError('ResourceNotFoundException', 404, message);
  }
  const window = found.flexibleWindowMinutes ?? 0;
  return {
    Arn: arn,
    Name: found.name,
    GroupName: found.groupName ?? 'default',
    ScheduleExpression: found.expression,
    ScheduleExpressionTimezone: found.timezone,
    State: found.state ?? 'ENABLED',
    FlexibleTimeWindow: window === 0 ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: window },
    CreationDate: seconds(found.createdAt),
    LastModificationDate: seconds(found.createdAt),
    Target: {
      Arn: found.targetArn,
      RoleArn: `arn:${call.organization.partition}:iam::${call.caller.accountId}:role/schedule`,
      Input: found.input,
      RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
      ...(found.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: found.deadLetterArn } }),
    },
  };
}
