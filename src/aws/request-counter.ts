import { isThrottlingError } from '@smithy/core/retry';
import type { MetadataBearer, MiddlewareStack } from '@smithy/types';

export interface RequestCounts {
  /** Requests: every attempt of a call counts. */
  readonly calls: number;
  /** Those of them that AWS throttled. */
  readonly throttles: number;
}

export interface RequestCounter {
  /** Counts what this client sends from now on. Changes the client. */
  readonly count: <Client, Input extends object, Output extends MetadataBearer>(
    client: Client & { readonly middlewareStack: MiddlewareStack<Input, Output> },
  ) => Client;
  readonly total: () => RequestCounts;
  /** What was sent since the last time this was called: the results can be added up. */
  readonly sinceLast: () => RequestCounts;
}

/** One count for all clients that are given to it. */
export function countRequests(): RequestCounter {
  let calls = 0;
  let throttles = 0;
  let last: RequestCounts = { calls, throttles };
  return {
    count: (client) => {
      client.middlewareStack.add(
        (next) => async (request) => {
          calls += 1;
          try {
            return await next(request);
          } catch (error) {
            if (isThrottlingError(error as Parameters<typeof isThrottlingError>[0])) throttles += 1;
            throw error;
          }
        },
        // Inside the retries, and outside the deserializer, which turns a response into an error.
        { name: 'countRequests', step: 'finalizeRequest', priority: 'low' },
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
