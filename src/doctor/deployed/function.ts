import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  ResourceNotFoundException,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

import { calling } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** A member is undefined when the response lacked it. */
export interface DeployedFunction {
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** `Active` when it can be invoked. */
  readonly state: string | undefined;
  readonly modifiedAt: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** @returns undefined when the function does not exist @throws CallFailedError */
export async function readFunction(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<DeployedFunction | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const call = 'lambda:GetFunctionConfiguration';
  const found = await undefinedIfMissing(calling(call, lambda.send(command, { abortSignal: signal })));
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

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const DEFAULT_RETRIES = 2;

/** How often Lambda retries a failed asynchronous invocation. @throws CallFailedError */
export async function readRetries(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<number> {
  const command = new GetFunctionEventInvokeConfigCommand({ FunctionName: functionName });
  const call = 'lambda:GetFunctionEventInvokeConfig';
  const found = await undefinedIfMissing(calling(call, lambda.send(command, { abortSignal: signal })));
  return found?.MaximumRetryAttempts ?? DEFAULT_RETRIES;
}

async function undefinedIfMissing<Response>(response: Promise<Response>): Promise<Response | undefined> {
  return response.catch((error: unknown) => {
    if (error instanceof CallFailedError && error.cause instanceof ResourceNotFoundException)
      return undefined;
    throw error;
  });
}
