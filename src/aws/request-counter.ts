import { isThrottlingError } from '@smithy/core/retry';
import type { MetadataBearer, MiddlewareStack } from '@smithy/types';

/** What was sent to AWS. */
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
  readonly soFar: () => RequestCounts;
  /** What was sent since this was last asked: whoever adds the answers up counts nothing twice. */
  readonly sinceAsked: () => RequestCounts;
}

/** One count for all clients that are given to it. */
export function countRequests(): RequestCounter {
  let calls = 0;
  let throttles = 0;
  let told: RequestCounts = { calls, throttles };
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
        // Inside the retries, and outside of what turns an answer into an error.
        { name: 'countRequests', step: 'finalizeRequest', priority: 'low' },
      );
      return client;
    },
    soFar: () => ({ calls, throttles }),
    sinceAsked: () => {
      const since = { calls: calls - told.calls, throttles: throttles - told.throttles };
      told = { calls, throttles };
      return since;
    },
  };
}
