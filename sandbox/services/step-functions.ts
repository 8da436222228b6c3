import { ApiError } from '../wire/api-error.ts';
import type { Call, Operations, Resource } from '../calls/call.ts';
import { seconds } from './organizations/shapes.ts';
import { requiredText, text } from '../calls/parameters.ts';

type Json = Readonly<Record<string, unknown>>;

export const STATES_OPERATIONS: Operations<Json> = {
  DescribeStateMachine: { resource: stateMachine, run: describeStateMachine },
  StartExecution: { writes: true, resource: stateMachine, run: startExecution },
};

function stateMachine(call: Call): Resource {
  return { arn: requiredText(call, 'stateMachineArn') };
}

/** Of the definition it knows nothing: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html */
function describeStateMachine(call: Call): Json {
  const arn = requiredText(call, 'stateMachineArn');
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
 * Of one name there is one execution for 90 days; whoever asks for it again with the same input while it runs is given it. Here none
 * ever ends. https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
function startExecution(call: Call): Json {
  const name = text(call, 'name') ?? `${call.now}`;
  const arn = `${requiredText(call, 'stateMachineArn').replace(':stateMachine:', ':execution:')}:${name}`;
  const input = text(call, 'input') ?? '{}';
  const { executions } = call.organization;
  const known = executions.get(arn) ?? { arn, input, startedAt: call.now };
  if (known.input !== input)
    throw new ApiError('ExecutionAlreadyExists', 400, `Execution Already Exists: '${arn}'`);
  executions.set(arn, known);
  return { executionArn: arn, startDate: known.startedAt / 1000 };
}
