import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorize } from '../calls/authorize.ts';
import type { Call } from '../calls/call.ts';
import type { PageLimit } from '../calls/paging.ts';
import { damagedReply, replacementReply, type Reply } from '../faults/apply-fault.ts';
import type { Fault, FaultKind } from '../faults/faults.ts';
import { delayFor } from '../faults/latency.ts';
import { type BoundOperation, type Service, SERVICES } from '../services/registry.ts';
import { ApiError } from '../wire/api-error.ts';
import { commonError } from '../wire/common-errors.ts';
import { type HttpRequest, signatureOf } from '../wire/request.ts';
import type { HttpResponse } from '../wire/response.ts';
import type { ServiceName } from '../wire/service-name.ts';
import { readCall, type SignedRequest, subjectAccount } from './read-call.ts';
import type { PageOptions, ServerState } from './server-state.ts';

/** Answers a request of an AWS client. The Date header is from the sandbox's clock. */
export async function handleRequest(state: ServerState, request: HttpRequest): Promise<Reply> {
  const { kind, response } = await undatedReply(state, request);
  return { kind, response: dated(response, state) };
}

function dated(response: HttpResponse, { organization }: ServerState): HttpResponse {
  return { ...response, headers: { date: organization.clock.now().toUTCString(), ...response.headers } };
}

async function undatedReply(state: ServerState, request: HttpRequest): Promise<Reply> {
  const requestId = randomUUID();
  const signature = signatureOf(request.headers);
  const name = signature?.service ?? 'sts';
  const service = SERVICES[name];
  try {
    if (!signature) throw commonError(name, 'missing-token');
    if (!signature.service)
      throw commonError('sts', 'unknown-call', 'The sandbox does not have this service.');
    return await replyTo(state, { request, signature, service, requestId });
  } catch (error) {
    return { kind: 'complete', response: service.error(asApiError(name, error), requestId) };
  }
}

async function replyTo(state: ServerState, signed: SignedRequest): Promise<Reply> {
  const { service, requestId } = signed;
  const received = readCall(state, signed);
  const operation = service.find(received.name);
  if (!operation) throw unknownCall(received);
  const account = subjectAccount(received);
  const incoming = { ...received, call: received.name, account };
  const fault = state.faults.match(incoming);
  await pause(delayFor(state.latency, account) + slownessOf(fault));
  const now = state.organization.clock.milliseconds();
  const call = { ...received, now, pageLimit: pageLimitOf(received, state.pages, fault) };
  const replacement = fault && replacementReply(fault, call, service, requestId);
  if (replacement && !fault.afterEffect) {
    state.calls.add(call, account, { wrote: false, error: fault.kind });
    return replacement;
  }
  const { response, wrote, error } = carryOut(state, call, operation, service, requestId);
  state.faults.keep(incoming, dated(response, state));
  const reply = replacement ?? damagedReply(fault, response);
  const isUnchanged = reply.response === response && reply.kind === 'complete';
  state.calls.add(call, account, { wrote, error: isUnchanged ? error : fault?.kind });
  return reply;
}

interface Outcome {
  readonly response: HttpResponse;
  readonly wrote: boolean;
  readonly error: string | undefined;
}

function carryOut(
  { throttling }: ServerState,
  call: Call,
  operation: BoundOperation,
  service: Service,
  requestId: string,
): Outcome {
  try {
    if (!throttling.admits(call.service, call.name, call.caller.accountId))
      throw commonError(call.service, 'throttle');
    if (operation.resource) authorize(call, operation.resource(call));
    return { response: operation.run(call, requestId), wrote: operation.writes, error: undefined };
  } catch (error) {
    const apiError = asApiError(call.service, error);
    return { response: service.error(apiError, requestId), wrote: false, error: apiError.code };
  }
}

const ORDERS: Readonly<Partial<Record<FaultKind, PageLimit['order']>>> = {
  'repeated-page': 'repeated',
  'swapped-pages': 'swapped',
};

function pageLimitOf(call: Call, pages: PageOptions, fault: Fault | undefined): PageLimit {
  const { NextToken, Marker, PaginationToken, ...of } = call.parameters;
  const token = NextToken ?? Marker ?? PaginationToken ?? of['continuation-token'] ?? of['key-marker'];
  const isFirst = (token ?? '') === '';
  return {
    empty: fault?.kind === 'empty-page' || (pages.emptyFirst === true && isFirst),
    maximumSize: fault?.kind === 'short-page' ? 1 : (pages.maximumSize ?? Infinity),
    order: fault && ORDERS[fault.kind],
  };
}

/** In milliseconds. */
function slownessOf(fault: Fault | undefined): number {
  return fault?.kind === 'slow' ? (fault.milliseconds ?? 1_000) : 0;
}

async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds);
}

function unknownCall({ service, name }: Call): ApiError {
  const isQuery = service === 'iam' || service === 'sts';
  return commonError(service, 'unknown-call', isQuery ? `Could not find operation ${name}` : undefined);
}

function asApiError(service: ServiceName, error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SyntaxError) return new ApiError('SerializationException', 400, error.message);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return commonError(service, 'internal-error', `The sandbox itself failed: ${message}`);
}
