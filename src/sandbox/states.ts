import { ApiError } from './api-error.ts';
import type { Call, Operations, Resource } from './operation.ts';
import { requiredText, text } from './parameters.ts';

type Json = Readonly<Record<string, unknown>>;

/** An execution of a state machine, as it was asked for; the sandbox runs nothing. */
export interface SandboxExecution {
  readonly arn: string;
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export const STATES_OPERATIONS: Operations<Json> = {
  StartExecution: { writes: true, resource: stateMachine, run: startExecution },
};

function stateMachine(call: Call): Resource {
  return { arn: requiredText(call, 'stateMachineArn') };
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
