import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import type { HttpHandler } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { readCaBundle } from './ca-bundle.ts';
import { whileInFlight } from './in-flight.ts';
import { proxyFor } from './proxy.ts';

/** How long one attempt at a call may take. */
export interface Timeouts {
  readonly connectionMilliseconds: number;
  readonly responseMilliseconds: number;
}

export const TIMEOUTS: Timeouts = { connectionMilliseconds: 3_000, responseMilliseconds: 10_000 };

export type ClosableHandler = HttpHandler & { destroy(): void };

/**
 * An HTTP handler with timeouts: the SDK's own has none and can wait for ever. With its first request it
 * reads the variables of docs/networks.md.
 * @param sockets most open connections
 */
export function openHttpHandler(timeouts: Timeouts, sockets: number): ClosableHandler {
  /** By the URL of the proxy. */
  const opened = new Map<string, Promise<NodeHttpHandler>>();
  const handlerThrough = (proxy: URL | undefined): Promise<NodeHttpHandler> => {
    const handler = opened.get(proxy?.href ?? '') ?? openThrough(proxy, timeouts, sockets);
    opened.set(proxy?.href ?? '', handler);
    return handler;
  };
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request, options) => {
      const proxy = proxyFor(request);
      const handler = await handlerThrough(proxy);
      try {
        return await whileInFlight(request.hostname, () => handler.handle(request, options));
      } catch (error) {
        throw Object.assign(resetByProxy(error as Error), {
          endpoint: request.hostname,
          proxy: proxy?.host,
        });
      }
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => {
      for (const handler of opened.values())
        void handler.then(
          (known) => {
            known.destroy();
          },
          () => undefined,
        );
    },
  };
}

async function openThrough(
  proxy: URL | undefined,
  { connectionMilliseconds, responseMilliseconds }: Timeouts,
  sockets: number,
): Promise<NodeHttpHandler> {
  const ca = await readCaBundle();
  const settings = { keepAlive: true, maxSockets: sockets, ...(ca !== undefined && { ca }) };
  const agents = proxy
    ? (await import('./proxy-agents.ts')).proxyAgents(proxy, settings)
    : { httpAgent: new HttpAgent(settings), httpsAgent: new HttpsAgent(settings) };
  return new NodeHttpHandler({
    connectionTimeout: connectionMilliseconds,
    requestTimeout: responseMilliseconds,
    // Ends a response that stalls midway, which the request timeout does not.
    socketTimeout: responseMilliseconds,
    throwOnRequestTimeout: true,
    ...agents,
  });
}

/** The proxy agent has no code for a connection that breaks before the tunnel exists; no code, no retry. */
function resetByProxy(error: Error): Error {
  return /^Proxy connection ended/.test(error.message)
    ? Object.assign(error, { name: 'TimeoutError', code: 'ECONNRESET' })
    : error;
}
