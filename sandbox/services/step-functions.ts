import type { Call, Operations, Resource } from '../calls/call.ts';
import { optionalString, requiredString } from '../calls/parameters.ts';
import { ApiError } from '../wire/api-error.ts';
import { seconds } from './organizations/shapes.ts';

type Json = Readonly<Record<string, unknown>>;

export const STEP_FUNCTIONS_OPERATIONS: Operations<Json> = {
  DescribeStateMachine: { resource: stateMachineResource, run: describeStateMachine },
  StartExecution: { writes: true, resource: stateMachineResource, run: startExecution },
};

function stateMachineResource(call: Call): Resource {
  return { arn: requiredString(call, 'stateMachineArn') };
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
function describeStateMachine(call: Call): Json {
  const arn = requiredString(call, 'stateMachineArn');
  const found = call.organization.stateMachines.get(arn);
  if (!found) throw new ApiError('StateMachineDoesNotExist', 400, `State Machine Does Not Exist: '${arn}'`);
  return {
    stateMachineArn: arn,
    name: found.name,
    status: found.status ?? 'ACTIVE',
    type: 'STANDARD',
    definition: '{}',
    roleArn: `arn:${call.organization.partition}:iam::${call.caller.accountId}:role/${found.name}`,
    creationDate: seconds(found.createdAt),
  };
}

/**
 * Starting a running execution again with the same name and input returns it. Here executions never end.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
function startExecution(call: Call): Json {
  const name = optionalString(call, 'name') ?? `${call.now}`;
  const arn = `${requiredString(call, 'stateMachineArn').replace(':stateMachine:', ':execution:')}:${name}`;
  const input = optionalString(call, 'input') ?? '{}';
  const { executions } = call.organization;
  const execution = executions.get(arn) ?? { arn, input, startedAt: call.now };
  if (execution.input !== input)
    throw new ApiError('ExecutionAlreadyExists', 400, `Execution Already Exists: '${arn}'`);
  executions.set(arn, execution);
  return { executionArn: arn, startDate: execution.startedAt / 1000 };
}
