import type { HttpRequest } from '@smithy/core/protocols';
import { INVOCATION_ID_HEADER, REQUEST_HEADER, retryMiddleware } from '@smithy/core/retry';
import { v4 } from '@smithy/core/serde';
import { getSmithyContext } from '@smithy/core/transport';
import type { FinalizeRequestMiddleware, MetadataBearer, RetryStrategyV2 } from '@smithy/types';

import type { Options, Resolved } from './iam-middleware.ts';

/** A call that succeeds at once takes and returns a token; when it fails, the SDK goes on. */
export function retry(config: Resolved): FinalizeRequestMiddleware<object, MetadataBearer> {
  return (next, context) => {
    const { abortSignal } = getSmithyContext(context) as Options;
    return async (args) => {
      const strategy = (await config.retryStrategy()) as RetryStrategyV2;
      const token = await orAborted(strategy.acquireInitialRetryToken(''), abortSignal);
      const { headers } = args.request as HttpRequest;
      const id = v4();
      headers[INVOCATION_ID_HEADER] = id;
      headers[REQUEST_HEADER] = `attempt=1; max=${await config.maxAttempts()}`;
      try {
        const result = await next(args);
        strategy.recordSuccess(token);
        Object.assign(result.output.$metadata, { attempts: 1, totalRetryDelay: 0 });
        return result;
      } catch (error) {
        let attempts = 0;
        const goOn: typeof next = async (again) => {
          attempts += 1;
          headers[INVOCATION_ID_HEADER] = id;
          if (attempts === 1) throw error;
          return next(again);
        };
        const going: RetryStrategyV2 = {
          acquireInitialRetryToken: () => Promise.resolve(token),
          refreshRetryTokenForRetry: (last, info) => strategy.refreshRetryTokenForRetry(last, info),
          recordSuccess: (last) => {
            strategy.recordSuccess(last);
          },
        };
        const retrying = retryMiddleware({ ...config, retryStrategy: () => Promise.resolve(going) });
        return (retrying(goOn, context) as typeof next)(args);
      }
    };
  };
}

/** As the SDK does while it waits for a token. */
function orAborted<Answer>(waiting: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (!signal) return waiting;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
