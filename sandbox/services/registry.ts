import { IAM_OPERATIONS } from './iam/operations.ts';
import { LAMBDA_OPERATIONS, lambdaCall } from './lambda.ts';
import { EVENT_BRIDGE_OPERATIONS } from './event-bridge.ts';
import { SES_OPERATIONS, sesCall } from './ses.ts';
import { SNS_OPERATIONS } from './sns.ts';
import type { Call, Operation, Operations, Resource } from '../calls/call.ts';
import { ORGANIZATIONS_OPERATIONS } from './organizations/operations.ts';
import { S3_PROTOCOL } from './s3/responses.ts';
import { s3Call } from './s3/call.ts';
import { S3_OPERATIONS } from './s3/operations.ts';
import { SCHEDULER_OPERATIONS, schedulerCall } from './scheduler.ts';
import type { ServiceName } from '../wire/common-errors.ts';
import { STATES_OPERATIONS } from './step-functions.ts';
import { STS_OPERATIONS } from './sts.ts';
import { TAGGING_OPERATIONS } from './tagging.ts';
import type { HttpAnswer, Protocol } from '../wire/response.ts';
import { JSON_PROTOCOL } from '../wire/json.ts';
import { queryProtocol } from '../wire/query.ts';
import { REST_JSON_PROTOCOL } from '../wire/rest-json.ts';
import { jsonCall, queryCall, type HttpRequest, type NamedCall } from '../wire/request.ts';

/** A call that the sandbox can answer, whatever its protocol. */
export interface Answerable {
  readonly writes: boolean;
  readonly resource: ((call: Call) => Resource) | undefined;
  /** @throws ApiError */
  run(call: Call, requestId: string): HttpAnswer;
}

export interface Service {
  /** @throws SyntaxError when the request cannot be read */
  read(request: HttpRequest): NamedCall;
  /** Undefined for a call that the service does not have. */
  find(callName: string): Answerable | undefined;
  readonly error: Protocol<unknown>['error'];
}

const IAM = service(IAM_OPERATIONS, queryProtocol('https://iam.amazonaws.com/doc/2010-05-08/'), queryCall);
const STS = service(STS_OPERATIONS, queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'), queryCall);
const ORGANIZATIONS = service(ORGANIZATIONS_OPERATIONS, JSON_PROTOCOL, jsonCall);

const TAGGING = service(TAGGING_OPERATIONS, JSON_PROTOCOL, jsonCall);
const S3 = service(S3_OPERATIONS, S3_PROTOCOL, s3Call);
const SNS = service(SNS_OPERATIONS, queryProtocol('http://sns.amazonaws.com/doc/2010-03-31/'), queryCall);
const EVENTS = service(EVENT_BRIDGE_OPERATIONS, JSON_PROTOCOL, jsonCall);
const SES = service(SES_OPERATIONS, REST_JSON_PROTOCOL, sesCall);
const LAMBDA = service(LAMBDA_OPERATIONS, REST_JSON_PROTOCOL, lambdaCall);
const STATES = service(STATES_OPERATIONS, JSON_PROTOCOL, jsonCall);
const SCHEDULER = service(SCHEDULER_OPERATIONS, REST_JSON_PROTOCOL, schedulerCall);

export const SERVICES: Readonly<Record<ServiceName, Service>> = {
  iam: IAM,
  sts: STS,
  organizations: ORGANIZATIONS,
  tagging: TAGGING,
  s3: S3,
  lambda: LAMBDA,
  sns: SNS,
  events: EVENTS,
  ses: SES,
  scheduler: SCHEDULER,
  states: STATES,
};

function service<Answer>(
  operations: Operations<Answer>,
  protocol: Protocol<Answer>,
  read: (request: HttpRequest) => NamedCall,
): Service {
  const byName = new Map(Object.entries(operations));
  return {
    read,
    find: (callName) => {
      const operation = byName.get(callName);
      return operation && answerable(callName, operation, protocol);
    },
    error: (error, requestId) => protocol.error(error, requestId),
  };
}

function answerable<Answer>(
  callName: string,
  operation: Operation<Answer>,
  protocol: Protocol<Answer>,
): Answerable {
  return {
    writes: operation.writes ?? false,
    resource: operation.resource,
    run: (call, requestId) => protocol.answer(callName, operation.run(call), requestId),
  };
}
