import type { Call, Operation, Operations, Resource } from '../calls/call.ts';
import { JSON_PROTOCOL } from '../wire/json.ts';
import { queryProtocol } from '../wire/query.ts';
import { type HttpRequest, jsonCall, type NamedCall, queryCall } from '../wire/request.ts';
import type { HttpResponse, Protocol } from '../wire/response.ts';
import { REST_JSON_PROTOCOL } from '../wire/rest-json.ts';
import type { ServiceName } from '../wire/service-name.ts';
import { CLOUDFORMATION_OPERATIONS } from './cloudformation.ts';
import { EVENT_BRIDGE_OPERATIONS } from './event-bridge.ts';
import { IAM_OPERATIONS } from './iam/operations.ts';
import { KMS_OPERATIONS } from './kms.ts';
import { LAMBDA_OPERATIONS, lambdaCall } from './lambda.ts';
import { ORGANIZATIONS_OPERATIONS } from './organizations/operations.ts';
import { s3Call } from './s3/call.ts';
import { S3_OPERATIONS } from './s3/operations.ts';
import { S3_PROTOCOL } from './s3/responses.ts';
import { SCHEDULER_OPERATIONS, schedulerCall } from './scheduler.ts';
import { SECURITY_HUB_OPERATIONS, securityHubCall } from './security-hub.ts';
import { SES_OPERATIONS, sesCall } from './ses.ts';
import { SNS_OPERATIONS } from './sns.ts';
import { STEP_FUNCTIONS_OPERATIONS } from './step-functions.ts';
import { STS_OPERATIONS } from './sts.ts';
import { TAGGING_OPERATIONS } from './tagging.ts';

/** An operation together with the protocol of its service. */
export interface BoundOperation {
  readonly writes: boolean;
  readonly resource: ((call: Call) => Resource) | undefined;
  /** @throws ApiError */
  run(call: Call, requestId: string): HttpResponse;
}

export interface Service {
  /** @throws SyntaxError if the request is malformed */
  read(request: HttpRequest): NamedCall;
  /** Undefined for a call that the sandbox does not have. */
  find(callName: string): BoundOperation | undefined;
  readonly error: Protocol<unknown>['error'];
}

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  iam: service(IAM_OPERATIONS, queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'), queryCall),
  sts: service(STS_OPERATIONS, queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'), queryCall),
  organizations: service(ORGANIZATIONS_OPERATIONS, JSON_PROTOCOL, jsonCall),
  tagging: service(TAGGING_OPERATIONS, JSON_PROTOCOL, jsonCall),
  s3: service(S3_OPERATIONS, S3_PROTOCOL, s3Call),
  lambda: service(LAMBDA_OPERATIONS, REST_JSON_PROTOCOL, lambdaCall),
  sns: service(SNS_OPERATIONS, queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/'), queryCall),
  events: service(EVENT_BRIDGE_OPERATIONS, JSON_PROTOCOL, jsonCall),
  ses: service(SES_OPERATIONS, REST_JSON_PROTOCOL, sesCall),
  securityhub: service(SECURITY_HUB_OPERATIONS, REST_JSON_PROTOCOL, securityHubCall),
  cloudformation: service(
    CLOUDFORMATION_OPERATIONS,
    queryProtocol('http://cloudformation.amazonaws.com/doc/2010-05-15/'),
    queryCall,
  ),
  scheduler: service(SCHEDULER_OPERATIONS, REST_JSON_PROTOCOL, schedulerCall),
  states: service(STEP_FUNCTIONS_OPERATIONS, JSON_PROTOCOL, jsonCall),
  kms: service(KMS_OPERATIONS, JSON_PROTOCOL, jsonCall),
};

function service<Result>(
  operations: Operations<Result>,
  protocol: Protocol<Result>,
  read: (request: HttpRequest) => NamedCall,
): Service {
  const byName = new Map(Object.entries(operations));
  return {
    read,
    find: (callName) => {
      const operation = byName.get(callName);
      return operation && bound(callName, operation, protocol);
    },
    error: (error, requestId) => protocol.error(error, requestId),
  };
}

function bound<Result>(
  callName: string,
  operation: Operation<Result>,
  protocol: Protocol<Result>,
): BoundOperation {
  return {
    writes: operation.writes ?? false,
    resource: operation.resource,
    run: (call, requestId) => protocol.response(callName, operation.run(call), requestId),
  };
}
