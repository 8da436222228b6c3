import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  type FunctionConfiguration,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

import { ifExists } from './if-exists.ts';

const MISSING = 'ResourceNotFoundException';

/** @returns undefined when the function does not exist @throws CallFailedError */
export async function readFunction(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<FunctionConfiguration | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const answer = lambda.send(command, { abortSignal: signal });
  return ifExists(MISSING, 'lambda:GetFunctionConfiguration', answer);
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
  const answer = lambda.send(command, { abortSignal: signal });
  const found = await ifExists(MISSING, 'lambda:GetFunctionEventInvokeConfig', answer);
  return found?.MaximumRetryAttempts ?? DEFAULT_RETRIES;
}
