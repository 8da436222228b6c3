import { isThrottlingError } from '@smithy/core/retry';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { MetadataBearer, MiddlewareStack } from '@smithy/types';

export interface RequestCounts {
  /** Requests: every attempt of a call counts. */
  readonly calls: number;
  /** Those of them that AWS throttled. */
  readonly throttles: number;
}

export interface RequestCounter {
  /** Counts what goes out through this handler, and not what is aborted before. Changes the handler. */
  readonly countSent: <Handler extends Pick<NodeHttpHandler, 'handle'>>(handler: Handler) => Handler;
  /** Counts what AWS throttles for this client. Changes the client. */
  readonly countThrottled: <Client, Input extends object, Output extends MetadataBearer>(
    client: Client & { readonly middlewareStack: MiddlewareStack<Input, Output> },
  ) => Client;
  readonly total: () => RequestCounts;
  /** What was sent since the last time this was called: the results can be added up. */
  readonly sinceLast: () => RequestCounts;
}

/** One count for all clients and handlers that are given to it. */
export function countRequests(): RequestCounter {
  let calls = 0;
  let throttles = 0;
  let last: RequestCounts = { calls, throttles };
  return {
    countSent: (handler) => {
      const handle = handler.handle.bind(handler);
      return Object.assign(handler, {
        handle: (...[request, options]: Parameters<typeof handle>) => {
          if (options?.abortSignal?.aborted !== true) calls += 1;
          return handle(request, options);
        },
      });
    },
    countThrottled: (client) => {
      client.middlewareStack.add(
        (next) => async (request) => {
          try {
            return await next(request);
          } catch (error) {
            if (isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) throttles += 1;
            throw error;
          }
        },
        // Inside the retries, and outside the deserializer, which turns a response into an error.
        { name: 'countThrottled', step: 'finalizeRequest', priority: 'low' },
      );
      return client;
    },
    total: () => ({ calls, throttles }),
    sinceLast: () => {
      const since = { calls: calls - last.calls, throttles: throttles - last.throttles };
      last = { calls, throttles };
      return since;
    },
  };
}
