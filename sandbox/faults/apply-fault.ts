import { actionOf, refusalMessage } from '../calls/authorize.ts';
import type { Fault } from './faults.ts';
import type { Call } from '../calls/call.ts';
import { commonError, type CommonError } from '../wire/common-errors.ts';
import type { Service } from '../services/registry.ts';
import type { HttpAnswer } from '../wire/response.ts';

/** What the client gets: an answer, one that breaks off in the middle, a torn connection, or nothing ever. */
export interface Reply {
  readonly kind: 'answer' | 'truncated' | 'reset' | 'timeout';
  readonly answer: HttpAnswer;
}

const ERRORS: Readonly<Partial<Record<Fault['kind'], CommonError>>> = {
  throttle: 'throttle',
  'internal-error': 'internal-error',
  unavailable: 'unavailable',
  denied: 'access-denied',
  'expired-token': 'expired-token',
};

const NOTHING: HttpAnswer = { status: 500, headers: {}, body: '' };

/** What comes instead of an answer; undefined for faults that need the answer in order to spoil it. */
export function replacement(
  fault: Fault,
  call: Call,
  service: Service,
  requestId: string,
): Reply | undefined {
  if (fault.kind === 'timeout' || fault.kind === 'reset') return { kind: fault.kind, answer: NOTHING };
  const kind = ERRORS[fault.kind];
  if (!kind) return undefined;
  const message = kind === 'access-denied' ? scriptedRefusal(call, fault) : undefined;
  return { kind: 'answer', answer: service.error(commonError(call.service, kind, message), requestId) };
}

function scriptedRefusal(call: Call, fault: Fault): string {
  const why = fault.because ?? 'with an explicit deny in a service control policy';
  return refusalMessage(call.caller, actionOf(call), '*', why);
}

/** The answer with the harm of the fault done to it; as it is when there is none. */
export function spoilt(fault: Fault | undefined, answer: HttpAnswer): Reply {
  if (fault?.kind === 'truncated') return { kind: 'truncated', answer };
  if (fault?.kind === 'other-shape')
    return { kind: 'answer', answer: { ...answer, body: otherShape(answer) } };
  if (fault?.kind !== 'garbled') return { kind: 'answer', answer };
  const half = answer.body.slice(0, Math.ceil(answer.body.length / 2));
  return { kind: 'answer', answer: { ...answer, body: `${half.toString()}\\u0000<%]}noise` } };
}

/** What no call answers, well-formed: as of a proxy that has something to say. */
function otherShape({ headers }: HttpAnswer): string {
  return headers['content-type']?.includes('json') === true
    ? '{"page":{"title":"Sign in"}}'
    : '<page><title>Sign in</title></page>';
}
