import type { Call, Operations, Resource } from '../calls/call.ts';
import { requiredString } from '../calls/parameters.ts';
import type { SandboxFunction } from '../organization/entities.ts';
import { ApiError } from '../wire/api-error.ts';
import type { HttpRequest, NamedCall } from '../wire/request.ts';
import { seconds } from './organizations/shapes.ts';

type Json = Readonly<Record<string, unknown>>;

export const LAMBDA_OPERATIONS: Operations<Json> = {
  GetFunctionConfiguration: { resource: functionResource, run: getFunctionConfiguration },
  GetFunctionEventInvokeConfig: { resource: functionResource, run: getEventInvokeConfig },
};

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
export function lambdaCall({ method, url }: HttpRequest): NamedCall {
  const [, , collection, name = '', subresource = ''] = url.pathname.split('/').map(decodeURIComponent);
  const isRead = method === 'GET' && collection === 'functions';
  const names: Readonly<Record<string, string>> = {
    configuration: 'GetFunctionConfiguration',
    'event-invoke-config': 'GetFunctionEventInvokeConfig',
  };
  return { name: isRead ? (names[subresource] ?? '') : '', parameters: { FunctionName: name } };
}

function functionArn(call: Call): string {
  const name = requiredString(call, 'FunctionName');
  if (name.startsWith('arn:')) return name;
  return `arn:${call.organization.partition}:lambda:${call.region}:${call.caller.accountId}:function:${name}`;
}

function functionResource(call: Call): Resource {
  return { arn: functionArn(call) };
}

function namedFunction(call: Call): SandboxFunction {
  const arn = functionArn(call);
  const found = call.organization.functions.get(arn);
  if (found) return found;
  throw new ApiError('ResourceNotFoundException', 404, `Function not found: ${arn}`, { Type: 'User' });
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html */
function getFunctionConfiguration(call: Call): Json {
  const found = namedFunction(call);
  return {
    FunctionName: found.functionName,
    FunctionArn: found.arn,
    Runtime: found.runtime,
    Handler: found.handler,
    Timeout: found.timeoutSeconds,
    MemorySize: found.memoryMegabytes,
    Environment: { Variables: found.environment },
    VpcConfig: { SubnetIds: found.subnets ?? [], SecurityGroupIds: found.securityGroups ?? [] },
    LastModified: new Date(found.modifiedAt).toISOString().replace('Z', '+0000'),
    State: found.state ?? 'Active',
    LastUpdateStatus: 'Successful',
  };
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html */
function getEventInvokeConfig(call: Call): Json {
  const { arn, maximumRetryAttempts, modifiedAt } = namedFunction(call);
  if (maximumRetryAttempts === undefined) {
    const message = `The function ${arn}:$LATEST doesn't have an EventInvokeConfig`;
    throw new ApiError('ResourceNotFoundException', 404, message, { Type: 'User' });
  }
  return {
    FunctionArn: `${arn}:$LATEST`,
    MaximumRetryAttempts: maximumRetryAttempts,
    LastModified: seconds(modifiedAt),
  };
}
