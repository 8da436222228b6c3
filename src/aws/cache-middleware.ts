import type { IAMClient } from '@aws-sdk/client-iam';
import type { Command, Handler, MetadataBearer } from '@smithy/types';

import { endpointSettings } from './iam-client.ts';

type Call = Command<object, object, MetadataBearer, MetadataBearer, unknown>;
interface Options {
  readonly abortSignal?: AbortSignal;
}
type CallHandler = Handler<object, MetadataBearer>;

/**
 * Makes a client build the middleware of each kind of call once, which saves CPU time in every call.
 * The SDK's own `cacheMiddleware` skips calls with an abort signal, and all of keysweep's have one; so this
 * caches by signal. As there, add middleware before the first call. Changes the client.
 * https://github.com/smithy-lang/smithy-typescript/blob/main/packages/core/src/submodules/client/smithy-client/client.ts
 */
export function cacheMiddleware(client: IAMClient): IAMClient {
  const cache = new WeakMap<AbortSignal, Map<unknown, CallHandler>>();
  const config = endpointSettings(client.config);
  const handlerOf = (command: Call, signal: AbortSignal): CallHandler => {
    const handlers = cache.get(signal) ?? new Map<unknown, CallHandler>();
    const handler =
      handlers.get(command.constructor) ??
      command.resolveMiddleware(client.middlewareStack, config, { abortSignal: signal });
    cache.set(signal, handlers.set(command.constructor, handler));
    return handler;
  };
  const sendUncached = client.send.bind(client) as (command: Call, options?: Options) => Promise<object>;
  const send = async (command: Call, options?: Options): Promise<object> => {
    if (!options?.abortSignal || Object.keys(options).length > 1) return sendUncached(command, options);
    const { output } = await handlerOf(command, options.abortSignal)({ input: command.input });
    return output;
  };
  return Object.assign(client, { send });
}
