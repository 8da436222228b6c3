import { z } from 'zod';
import type { Behaviour } from './server-state.ts';
import type { Reply } from '../faults/apply-fault.ts';
import { FAULT_KINDS, type Fault } from '../faults/faults.ts';
import { SERVICE_NAMES } from '../wire/common-errors.ts';
import { stateOf } from '../organization/snapshot.ts';
import type { HttpRequest } from '../wire/request.ts';

/** Where another process looks into a sandbox and drives it; no AWS call goes to such a path. */
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
  because: z.string().exactOptional(),
  milliseconds: z.number().min(0).exactOptional(),
  afterEffect: z.boolean().exactOptional(),
}) satisfies z.ZodType<Fault>;
const faults = z.array(fault);
const clock = z.union([
  z.strictObject({ now: z.iso.datetime().transform((text) => new Date(text)) }),
  z.strictObject({ advanceMilliseconds: z.number() }),
]);

/** @param reset makes the sandbox what it was at its start */
export function control(behaviour: Behaviour, reset: () => void, request: HttpRequest): Reply {
  const { organization, calls } = behaviour;
  try {
    switch (`${request.method} ${request.url.pathname.slice(CONTROL_PREFIX.length)}`) {
      case 'GET state':
        return json(200, stateOf(organization));
      case 'GET calls':
        return json(200, { counts: calls.counts(), calls: calls.all });
      case 'DELETE calls':
        calls.reset();
        return json(200, {});
      case 'GET faults':
        return json(200, behaviour.faults.all);
      case 'POST faults':
        behaviour.faults.add(...faults.parse([parsed(request)].flat()));
        return json(200, behaviour.faults.all);
      case 'DELETE faults':
        behaviour.faults.clear();
        return json(200, []);
      case 'GET clock':
        return json(200, { now: organization.clock.now() });
      case 'POST clock':
        setClock(behaviour, clock.parse(parsed(request)));
        return json(200, { now: organization.clock.now() });
      case 'POST reset':
        reset();
        return json(200, {});
      default:
        return json(404, { message: `no ${request.method} ${request.url.pathname}` });
    }
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { message: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { message: error.message });
    throw error;
  }
}

function setClock({ organization }: Behaviour, wanted: z.output<typeof clock>): void {
  if ('now' in wanted) organization.clock.set(wanted.now);
  else organization.clock.advance(wanted.advanceMilliseconds);
}

function parsed({ body }: HttpRequest): unknown {
  return JSON.parse(body.toString());
}

function json(status: number, body: unknown): Reply {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'answer', answer: { status, headers, body: `${JSON.stringify(body)}\n` } };
}
