import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../wire/api-error.ts';
import { callOf, subjectOf, type Arrival } from './read-call.ts';
import { authorize } from '../calls/authorize.ts';
import type { Behaviour, PageOptions } from './server-state.ts';
import { replacement, spoilt, type Reply } from '../faults/apply-fault.ts';
import type { Fault } from '../faults/faults.ts';
import { delayFor } from '../faults/latency.ts';
import type { Call } from '../calls/call.ts';
import type { PageCut } from '../calls/paging.ts';
import { commonError, type ServiceName } from '../wire/common-errors.ts';
import { SERVICES, type Answerable, type Service } from '../services/registry.ts';
import type { HttpAnswer } from '../wire/response.ts';
import { signatureOf, type HttpRequest } from '../wire/request.ts';

/** Answers one request of an AWS client, dated by the sandbox's clock. */
export async function reply(behaviour: Behaviour, request: HttpRequest): Promise<Reply> {
  const { kind, answer } = await undatedReply(behaviour, request);
  const date = behaviour.organization.clock.now().toUTCString();
  return { kind, answer: { ...answer, headers: { date, ...answer.headers } } };
}

async function undatedReply(behaviour: Behaviour, request: HttpRequest): Promise<Reply> {
  const requestId = randomUUID();
  const signature = signatureOf(request.headers);
  const name = signature?.service ?? 'sts';
  const service = SERVICES[name];
  try {
    if (!signature) throw commonError(name, 'missing-token');
    if (!signature.service)
      throw commonError('sts', 'unknown-call', 'The sandbox does not have this service.');
    return await replyOf(behaviour, { request, signature, service, requestId });
  } catch (error) {
    return { kind: 'answer', answer: service.error(asApiError(name, error), requestId) };
  }
}

async function replyOf(behaviour: Behaviour, arrival: Arrival): Promise<Reply> {
  const { service, requestId } = arrival;
  const arrived = callOf(behaviour, arrival);
  const operation = service.find(arrived.name);
  if (!operation) throw unknownCall(arrived);
  const account = subjectOf(arrived);
  const fault = behaviour.faults.next({ ...arrived, call: arrived.name, account });
  await pause(delayFor(behaviour.latency, account) + slowness(fault));
  const now = behaviour.organization.clock.milliseconds();
  const call = { ...arrived, now, pageCut: pageCutOf(arrived, behaviour.pages, fault) };
  const struck = fault && replacement(fault, call, service, requestId);
  if (struck && !fault.afterEffect) {
    behaviour.calls.add(call, account, { wrote: false, error: fault.kind });
    return struck;
  }
  const { answer, wrote, error } = carryOut(behaviour, call, operation, service, requestId);
  const given = struck ?? spoilt(fault, answer);
  behaviour.calls.add(call, account, {
    wrote,
    error: given.answer === answer && given.kind === 'answer' ? error : fault?.kind,
  });
  return given;
}

interface Outcome {
  readonly answer: HttpAnswer;
  readonly wrote: boolean;
  readonly error: string | undefined;
}

function carryOut(
  { throttling }: Behaviour,
  call: Call,
  operation: Answerable,
  service: Service,
  requestId: string,
): Outcome {
  try {
    if (!throttling.admits(call.service, call.name, call.caller.accountId))
      throw commonError(call.service, 'throttle');
    if (operation.resource) authorize(call, operation.resource(call));
    return { answer: operation.run(call, requestId), wrote: operation.writes, error: undefined };
  } catch (error) {
    const apiError = asApiError(call.service, error);
    return { answer: service.error(apiError, requestId), wrote: false, error: apiError.code };
  }
}

function pageCutOf(call: Call, pages: PageOptions, fault: Fault | undefined): PageCut {
  const { NextToken, Marker, PaginationToken, 'continuation-token': continuation } = call.parameters;
  const isFirst = (NextToken ?? Marker ?? PaginationToken ?? continuation ?? '') === '';
  return {
    empty: fault?.kind === 'empty-page' || (pages.emptyFirst === true && isFirst),
    maximumSize: fault?.kind === 'short-page' ? 1 : (pages.maximumSize ?? Infinity),
  };
}

function slowness(fault: Fault | undefined): number {
  return fault?.kind === 'slow' ? (fault.milliseconds ?? 1_000) : 0;
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}

function unknownCall({ service, name }: Call): ApiError {
  const query = service === 'iam' || service === 'sts';
  return commonError(service, 'unknown-call', query ? `Could not find operation ${name}` : undefined);
}

function asApiError(service: ServiceName, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SyntaxError) return new ApiError('SerializationException', 400, error.message);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return commonError(service, 'internal-error', `The sandbox itself failed: ${message}`);
}
