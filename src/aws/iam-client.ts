import { env } from 'node:process';

import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { constructStack } from '@smithy/core/client';
import type { HttpRequest } from '@smithy/core/protocols';
import type { Command, Handler, MetadataBearer, StaticOperationSchema } from '@smithy/types';

import { deserialize, serialize, sign, type Options, type Resolved, type Stack } from './iam-middleware.ts';
import { retry } from './iam-retry.ts';
import { sessionSigner } from './session-signer.ts';

type CallHandler = Handler<object, MetadataBearer>;
interface Call extends Command<object, object, MetadataBearer, MetadataBearer, Resolved> {
  readonly schema: StaticOperationSchema;
}

/** To measure what {@link openIamClient} saves, and to rule it out as a cause. */
const isStockSdk = (): boolean => env['KEYSWEEP_STOCK_SDK'] === '1';

/**
 * The SDK's client, with all that does not depend on the call done once and not in each; nearly all calls of
 * a sweep go to IAM. Protocol, errors, retries, correction of the clock and HTTP handler are the SDK's.
 * Requests but for the user agent, results, errors and attempts are the same: test/aws/stock-sdk.test.ts. Of
 * the options of a call it knows the signal. As with the SDK's `cacheMiddleware`, add middleware before the
 * first call.
 */
export function openIamClient(settings: IAMClientConfig): IAMClient {
  if (isStockSdk()) return new IAMClient(settings);
  const client: IAMClient = new IAMClient({ ...settings, signer: sessionSigner(() => client.config) });
  const { config } = client;
  const stack: Stack = constructStack();
  stack.add(serialize(config), { name: 'serializerMiddleware', step: 'serialize' });
  stack.add(retry(config), { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high' });
  stack.add(sign(config), { name: 'httpSigningMiddleware', step: 'finalizeRequest' });
  stack.add(deserialize(config), { name: 'deserializerMiddleware', step: 'deserialize' });
  return Object.assign(client, { middlewareStack: stack, send: sendThrough(stack, config) });
}

/** Puts the middleware of each kind of call together once for each signal, of which a sweep has few. */
function sendThrough(stack: Stack, { requestHandler, logger }: Resolved) {
  const handlers = new WeakMap<object, Map<unknown, CallHandler>>();
  const handlerOf = (command: Call, options: Options): CallHandler => {
    const { constructor: supplier, schema } = command;
    const context = { clientName: 'IAMClient', commandName: `${schema[2]}Command`, logger, supplier };
    return stack.resolve<object, MetadataBearer>(
      ({ request }) => requestHandler.handle(request as HttpRequest, options),
      { ...context, __smithy_context: { operationSchema: schema, ...options } },
    );
  };
  return async (command: Call, { abortSignal }: Options = {}): Promise<object> => {
    const known = handlers.get(abortSignal ?? stack) ?? new Map<unknown, CallHandler>();
    const handler = known.get(command.constructor) ?? handlerOf(command, abortSignal ? { abortSignal } : {});
    handlers.set(abortSignal ?? stack, known.set(command.constructor, handler));
    const { output } = await handler({ input: command.input });
    return output;
  };
}
