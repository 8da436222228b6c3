import { accessDeniedMessage, actionOf } from '../calls/authorize.ts';
import type { Call } from '../calls/call.ts';
import type { Service } from '../services/registry.ts';
import { ApiError } from '../wire/api-error.ts';
import { commonError, type CommonError } from '../wire/common-errors.ts';
import type { HttpResponse } from '../wire/response.ts';
import type { Fault, FiredFault } from './faults.ts';
import { otherAnswer } from './other-answer.ts';

/** What the client gets: the response, half of it, a reset connection, or nothing ever. */
export interface Reply {
  readonly kind: 'complete' | 'truncated' | 'reset' | 'timeout';
  readonly response: HttpResponse;
}

const ERRORS: Readonly<Partial<Record<Fault['kind'], CommonError>>> = {
  throttle: 'throttle',
  'internal-error': 'internal-error',
  unavailable: 'unavailable',
  denied: 'access-denied',
  'expired-token': 'expired-token',
};

const NOTHING: HttpResponse = { status: 500, headers: {}, body: '' };

/** What a proxy answers in AWS's place: without a request id. */
const IN_PLACE: Readonly<Partial<Record<Fault['kind'], HttpResponse>>> = {
  'html-page': {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!doctype html>\n<html><head><title>Sign in</title></head><body>Sign in<br></body></html>\n',
  },
  'empty-body': { status: 200, headers: {}, body: '' },
};

/** The reply that replaces the response; undefined for faults that change the response or its timing. */
export function replacementReply(
  fault: FiredFault,
  call: Call,
  service: Service,
  requestId: string,
): Reply | undefined {
  if (fault.kind === 'timeout' || fault.kind === 'reset') return { kind: fault.kind, response: NOTHING };
  const response = replacement(fault, call, service, requestId);
  return response && { kind: 'complete', response };
}

function replacement(
  fault: FiredFault,
  call: Call,
  service: Service,
  requestId: string,
): HttpResponse | undefined {
  if (fault.kind === 'earlier-answer') return fault.earlier;
  if (fault.kind === 'other-answer') return otherAnswer(call, fault.instead ?? {}, service, requestId);
  const error = errorOf(fault, call);
  return error ? service.error(error, requestId) : IN_PLACE[fault.kind];
}

function errorOf(fault: Fault, call: Call): ApiError | undefined {
  if (fault.kind === 'error') {
    const { code, status } = fault.error ?? { code: 'UnknownError', status: 400 };
    return new ApiError(code, status, `The sandbox was told to answer ${code}.`);
  }
  const kind = ERRORS[fault.kind];
  return (
    kind && commonError(call.service, kind, kind === 'access-denied' ? deniedMessage(call, fault) : undefined)
  );
}

function deniedMessage(call: Call, fault: Fault): string {
  const reason = fault.reason ?? 'with an explicit deny in a service control policy';
  return accessDeniedMessage(call.caller, actionOf(call), '*', reason);
}

/** The response as the fault leaves it. */
export function damagedReply(fault: Fault | undefined, response: HttpResponse): Reply {
  if (fault?.kind === 'truncated') return { kind: 'truncated', response };
  const body =
    fault?.kind === 'other-shape'
      ? otherShape(response)
      : fault?.kind === 'garbled'
        ? garbled(response)
        : response.body;
  return { kind: 'complete', response: body === response.body ? response : { ...response, body } };
}

function garbled({ body }: HttpResponse): string {
  return `${body.slice(0, Math.ceil(body.length / 2)).toString()}\\u0000<%]}noise`;
}

/** Well-formed, and no response of any call: like the login page of a proxy. */
function otherShape({ headers }: HttpResponse): string {
  return headers['content-type']?.includes('json') === true
    ? '{"page":{"title":"Sign in"}}'
    : '<page><title>Sign in</title></page>';
}
