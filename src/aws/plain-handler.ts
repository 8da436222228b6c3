import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';

import { buildQueryString, HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';

import type { Timeouts } from './http-handler.ts';

export interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

/** Sends as the SDK's NodeHttpHandler, in less processor time, and reads the response to its end. */
export function plainHandler(agents: Agents, timeouts: Timeouts) {
  return {
    handle: async (request: HttpRequest, { abortSignal }: HttpHandlerOptions = {}) => {
      const signal = abortSignal as AbortSignal | undefined;
      if (signal?.aborted) throw abortError(signal);
      return { response: await exchange(open(request, agents), request, timeouts, signal) };
    },
    destroy: () => {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function open(request: HttpRequest, { httpAgent, httpsAgent }: Agents): http.ClientRequest {
  const { protocol, method, headers, hostname, port, path, query } = request;
  const isTls = protocol === 'https:';
  const parameters = buildQueryString(query);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const options = { method, headers, host, port, path: parameters ? `${path}?${parameters}` : path };
  return (isTls ? https : http).request({ agent: isTls ? httpsAgent : httpAgent, ...options });
}

function exchange(
  sent: http.ClientRequest,
  { method, body }: HttpRequest,
  { connectionMilliseconds, responseMilliseconds }: Timeouts,
  signal: AbortSignal | undefined,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      end();
      sent.destroy();
      reject(RETRIED.has(error.code ?? '') ? Object.assign(error, { name: 'TimeoutError' }) : error);
    };
    const failIn = (milliseconds: number, words: string): NodeJS.Timeout =>
      setTimeout(() => {
        const error = new Error(`${words} within ${milliseconds} ms`);
        fail(Object.assign(error, { name: 'TimeoutError' }));
      }, milliseconds);
    const connecting = failIn(connectionMilliseconds, 'could not establish a connection');
    const responding = failIn(responseMilliseconds, 'no response');
    const connected = (): void => clearTimeout(connecting);
    const abort = (): void => fail(abortError(signal));
    const end = (): void => {
      connected();
      clearTimeout(responding);
      signal?.removeEventListener('abort', abort);
    };
    signal?.addEventListener('abort', abort, { once: true });
    sent.on('error', fail);
    sent.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    sent.on('response', (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => {
        responding.refresh();
        chunks.push(chunk);
      });
      message.on('error', fail);
      message.on('end', () => {
        end();
        resolve(responseOf(message, Buffer.concat(chunks), method));
      });
    });
    // No call of keysweep sends a stream.
    sent.end(body as string | Uint8Array | undefined);
  });
}

/** As in the SDK, which retries these. */
const RETRIED = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

const abortError = (signal: AbortSignal | undefined) =>
  Object.assign(new Error('Request aborted', { cause: signal?.reason }), { name: 'AbortError' });

function responseOf(message: http.IncomingMessage, body: Buffer, method: string): HttpResponse {
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
  return new HttpResponse({
    statusCode: message.statusCode ?? -1,
    reason: message.statusMessage ?? '',
    headers: Object.fromEntries(headers) as Record<string, string>,
    // Of an S3 object, the SDK returns a stream.
    body: method === 'GET' ? Readable.from([body]) : body,
  });
}
