import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

import { NodeHttpHandler } from '@smithy/node-http-handler';

/** How long one attempt at a call may take. */
export interface Timeouts {
  readonly connectionMilliseconds: number;
  readonly answerMilliseconds: number;
}

export const TIMEOUTS: Timeouts = { connectionMilliseconds: 3_000, answerMilliseconds: 10_000 };

/**
 * What carries the calls of SDK clients, which alone would wait for an answer for ever.
 * @param sockets most connections that are open at a time
 */
export function openHttpHandler(
  { connectionMilliseconds, answerMilliseconds }: Timeouts,
  sockets: number,
): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: connectionMilliseconds,
    requestTimeout: answerMilliseconds,
    // An answer that has begun may stall too; nothing else would end it.
    socketTimeout: answerMilliseconds,
    throwOnRequestTimeout: true,
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets: sockets }),
    httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: sockets }),
  });
}
