import { accessDeniedMessage, actionOf } from '../calls/authorize.ts';
import type { Call } from '../calls/call.ts';
import type { Service } from '../services/registry.ts';
import { commonError, type CommonError } from '../wire/common-errors.ts';
import type { HttpResponse } from '../wire/response.ts';
import type { Fault } from './faults.ts';

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

const EMPTY: HttpResponse = { status: 500, headers: {}, body: '' };

/** The reply that replaces the response; undefined for faults that change the response or its timing. */
export function replacementReply(
  fault: Fault,
  call: Call,
  service: Service,
  requestId: string,
): Reply | undefined {
  if (fault.kind === 'timeout' || fault.kind === 'reset') return { kind: fault.kind, response: EMPTY };
  const kind = ERRORS[fault.kind];
  if (!kind) return undefined;
  const message = kind === 'access-denied' ? deniedMessage(call, fault) : undefined;
  return {
    kind: 'complete',
    response: service.error(commonError(call.service, kind, message), requestId),
  };
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
