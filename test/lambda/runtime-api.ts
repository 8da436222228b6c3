import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { fromNow } from '../support/clock.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:999999999999:function:keysweep-rotator';

/** How an invocation ended. */
export type Invoked =
  | { readonly requestId: string; readonly result: unknown }
  | { readonly requestId: string; readonly error: { errorType: string; errorMessage: string } };

export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Passes an event to the runtime when it polls. */
  invoke(event: unknown, remainingMilliseconds: number): Promise<Invoked>;
  /** Ends the runtime at its next poll. */
  end(): void;
  close(): void;
}

interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  readonly remainingMilliseconds: number;
  readonly settle: (invoked: Invoked) => void;
}

/**
 * Lambda's side of an execution environment:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(): Promise<RuntimeApi> {
  const invocations: Invocation[] = [];
  let waiting: ServerResponse | undefined;
  let ended = false;
  let current: Invocation | undefined;

  const dispatch = (): void => {
    if (!waiting) return;
    const next = invocations.shift();
    if (next) waiting.writeHead(200, headersOf(next)).end(JSON.stringify(next.event));
    else if (ended) waiting.writeHead(410).end();
    else return;
    [current, waiting] = [next, undefined];
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.endsWith('/next')) {
      waiting = response;
      dispatch();
      return;
    }
    const { requestId, settle } = current!;
    const body = await text(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/error')) settle({ requestId, error: JSON.parse(body) as never });
    else settle({ requestId, result: JSON.parse(body) });
  };

  const server = createServer((request, response) => void handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event, remainingMilliseconds) =>
      new Promise((settle) => {
        invocations.push({ requestId: randomUUID(), event, remainingMilliseconds, settle });
        dispatch();
      }),
    end: () => {
      ended = true;
      dispatch();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The time starts now, after the start of the process. */
function headersOf({ requestId, remainingMilliseconds }: Invocation): Record<string, string> {
  return {
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': String(fromNow(remainingMilliseconds).getTime()),
    'lambda-runtime-invoked-function-arn': FUNCTION_ARN,
  };
}
