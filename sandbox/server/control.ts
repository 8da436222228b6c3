import { z } from 'zod';
import type { Reply } from '../faults/apply-fault.ts';
import { type Fault, FAULT_KINDS } from '../faults/faults.ts';
import { snapshotOf } from '../organization/snapshot.ts';
import type { HttpRequest } from '../wire/request.ts';
import { SERVICE_NAMES } from '../wire/service-name.ts';
import type { ServerState } from './server-state.ts';

/** For other processes that inspect and control the sandbox. AWS has no such path. */
export const CONTROL_PREFIX = '/_sandbox/';

const fault = z.strictObject({
  service: z.enum(SERVICE_NAMES),
  call: z.string().exactOptional(),
  account: z.string().exactOptional(),
  where: z.record(z.string(), z.string()).exactOptional(),
  occurrence: z
    .union([z.enum(['first', 'every']), z.int().min(1), z.strictObject({ from: z.int(), to: z.int() })])
    .exactOptional(),
  kind: z.enum(FAULT_KINDS),
  reason: z.string().exactOptional(),
  milliseconds: z.number().min(0).exactOptional(),
  error: z.strictObject({ code: z.string(), status: z.int() }).exactOptional(),
  instead: z
    .strictObject({
      call: z.string().exactOptional(),
      account: z.string().exactOptional(),
      parameters: z.record(z.string(), z.string()).exactOptional(),
    })
    .exactOptional(),
  afterEffect: z.boolean().exactOptional(),
}) satisfies z.ZodType<Fault>;
const faultList = z.array(fault);
const clock = z.union([
  z.strictObject({ now: z.iso.datetime().transform((text) => new Date(text)) }),
  z.strictObject({ advanceMilliseconds: z.number() }),
]);

/** @param reset restores the sandbox to its start */
export function handleControlRequest(state: ServerState, reset: () => void, request: HttpRequest): Reply {
  if (!isLocalProgram(request))
    return json(403, {
      message: 'Only programs of this machine control the sandbox, not pages of a browser.',
    });
  const { organization, calls, faults } = state;
  try {
    switch (`${request.method} ${request.url.pathname.slice(CONTROL_PREFIX.length)}`) {
      case 'GET state':
        return json(200, snapshotOf(organization));
      case 'GET calls':
        return json(200, { counts: calls.counts(), calls: calls.all });
      case 'DELETE calls':
        calls.reset();
        return json(200, {});
      case 'GET faults':
        return json(200, faults.all);
      case 'POST faults':
        faults.add(...faultList.parse([jsonOf(request)].flat()));
        return json(200, faults.all);
      case 'DELETE faults':
        faults.clear();
        return json(200, []);
      case 'GET clock':
        return json(200, { now: organization.clock.now() });
      case 'POST clock':
        setClock(state, clock.parse(jsonOf(request)));
        return json(200, { now: organization.clock.now() });
      case 'POST reset':
        reset();
        return json(200, {});
      default:
        return json(404, { message: `There is no ${request.method} ${request.url.pathname}.` });
    }
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { message: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { message: error.message });
    throw error;
  }
}

const LOOPBACK = /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?$/i;

/**
 * A browser sends the origin of the page with every request that could change something, and the name of its
 * site where that name was pointed at this machine (DNS rebinding).
 */
function isLocalProgram({ headers: { host = '', origin } }: HttpRequest): boolean {
  return origin === undefined && LOOPBACK.test(host);
}

function setClock({ organization }: ServerState, change: z.output<typeof clock>): void {
  if ('now' in change) organization.clock.set(change.now);
  else organization.clock.advance(change.advanceMilliseconds);
}

function jsonOf({ body }: HttpRequest): unknown {
  return JSON.parse(body.toString());
}

function json(status: number, body: unknown): Reply {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'complete', response: { status, headers, body: `${JSON.stringify(body)}\n` } };
}
