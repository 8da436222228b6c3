import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { NodeHttpHandler } from '@smithy/node-http-handler';

/** How long one attempt at a call may take. */
export interface Timeouts {
  readonly connectionMilliseconds: number;
  readonly responseMilliseconds: number;
}

export const TIMEOUTS: Timeouts = { connectionMilliseconds: 3_000, responseMilliseconds: 10_000 };

/**
 * An HTTP handler with timeouts: the SDK's own has none and can wait for ever.
 * @param sockets most open connections
 */
export function openHttpHandler(
  { connectionMilliseconds, responseMilliseconds }: Timeouts,
  sockets: number,
): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: connectionMilliseconds,
    requestTimeout: responseMilliseconds,
    // Ends a response that stalls midway, which the request timeout does not.
    socketTimeout: responseMilliseconds,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: sockets }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: sockets }),
  });
}
