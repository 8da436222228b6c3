import { randomUUID } from 'node:crypto';
import type { Call, Operations, Resource } from '../calls/call.ts';
import { invalidParameter, requiredString } from '../calls/parameters.ts';
import { ApiError } from '../wire/api-error.ts';

type Json = Readonly<Record<string, unknown>>;

interface Entry {
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly EventBusName?: string;
}

export const EVENT_BRIDGE_OPERATIONS: Operations<Json> = {
  DescribeRule: { resource: ruleResource, run: describeRule },
  PutEvents: { writes: true, resource: firstBus, run: putEvents },
};

function ruleResource(call: Call): Resource {
  const { partition } = call.organization;
  const name = requiredString(call, 'Name');
  return { arn: `arn:${partition}:events:${call.region}:${call.caller.accountId}:rule/${name}` };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
function describeRule(call: Call): Json {
  const { arn } = ruleResource(call);
  const Name = requiredString(call, 'Name');
  const State = call.organization.rules.get(arn);
  if (State) return { Arn: arn, Name, EventBusName: 'default', State };
  const message = `Rule ${Name} does not exist on EventBus default.`;
  throw new ApiError('ResourceNotFoundException', 400, message);
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

function entriesOf(call: Call): readonly Entry[] {
  const entries = call.parameters.Entries;
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > MAX_ENTRIES) {
    throw invalidParameter(call, `Value at 'entries' must have length between 1 and ${MAX_ENTRIES}`);
  }
  return entries as readonly Entry[];
}

/** AWS authorizes every bus; keysweep uses one. */
function firstBus(call: Call): Resource {
  const bus = entriesOf(call)[0]?.EventBusName ?? 'default';
  const prefix = `${call.organization.partition}:events:${call.region}:${call.caller.accountId}`;
  return { arn: `arn:${prefix}:event-bus/${bus}` };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
function putEvents(call: Call): Json {
  const entries = entriesOf(call);
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)), 0);
  if (bytes > MAX_BYTES)
    throw invalidParameter(call, 'Total size of the entries in the request is over the limit.');
  const results = entries.map((entry) => putEvent(call, entry));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

function putEvent(call: Call, { Source, DetailType, Detail = '', EventBusName = 'default' }: Entry): Json {
  if (!Source || !DetailType) {
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source or DetailType is not valid.' };
  }
  let detail: unknown;
  try {
    detail = JSON.parse(Detail);
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  call.organization.sent.push({
    kind: 'event',
    bus: EventBusName,
    source: Source,
    detailType: DetailType,
    detail,
  });
  return { EventId: randomUUID() };
}
