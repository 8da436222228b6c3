import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';

import { ifExists } from './if-exists.ts';

/** A member is undefined when the response lacked it. */
export interface DeployedFunction {
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly timeoutSeconds: number | undefined;
  /** `Active` when it can be invoked. */
  readonly state: string | undefined;
  readonly modifiedAt: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Empty outside a VPC. */
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

const MISSING = 'ResourceNotFoundException';

/** @returns undefined when the function does not exist @throws CallFailedError */
export async function readFunction(
  lambda: LambdaClient,
  functionName: string,
  signal: AbortSignal,
): Promise<DeployedFunction | undefined> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  const found = await ifExists(
    MISSING,
    'lambda:GetFunctionConfiguration',
    lambda.send(command, { abortSignal: signal }),
  );
  return (
    found && {
      runtime: found.Runtime,
      handler: found.Handler,
      timeoutSeconds: found.Timeout,
      state: found.State,
      modifiedAt: found.LastModified,
      environment: found.Environment?.Variables ?? {},
      subnets: found.VpcConfig?.SubnetIds ?? [],
      securityGroups: found.VpcConfig?.SecurityGroupIds ?? [],
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
  const found = await ifExists(
    MISSING,
    'lambda:GetFunctionEventInvokeConfig',
    lambda.send(command, { abortSignal: signal }),
  );
  return found?.MaximumRetryAttempts ?? DEFAULT_RETRIES;
}
