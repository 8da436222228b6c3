import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  ResourceNotFoundException,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

import { calling } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** The rotator as Lambda has it; a member is undefined where the answer lacked it. */
export interface DeployedFunction {
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** `Active` when it can be started. */
  readonly state: string | undefined;
  readonly modifiedAt: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A function's settings; undefined when there is none of that name.
 * @throws CallFailedError
 */
export async function readFunction(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<DeployedFunction | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const call = 'lambda:GetFunctionConfiguration';
  const found = await orNothing(calling(call, lambda.send(command, { abortSignal: signal })));
  return (
    found && {
      runtime: found.Runtime,
      handler: found.Handler,
      timeoutSeconds: found.Timeout,
      state: found.State,
      modifiedAt: found.LastModified,
      environment: found.Environment?.Variables ?? {},
    }
  );
}

/** What Lambda does when nothing was set: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const USUAL_RETRIES = 2;

/**
 * How often Lambda starts a function again that failed.
 * @throws CallFailedError
 */
export async function readRetries(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<number> {
  const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: functionName });
  const call = 'lambda:GetFunctionEventInvokeConfig';
  const found = await orNothing(calling(call, lambda.send(command, { abortSignal: signal })));
  return found?.MaximumRetryAttempts ?? USUAL_RETRIES;
}

async function orNothing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof CallFailedError && error.cause instanceof ResourceNotFoundException)
      return undefined;
    throw error;
  });
}
