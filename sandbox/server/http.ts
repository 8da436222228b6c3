import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from '../faults/apply-fault.ts';
import type { HttpRequest } from '../wire/request.ts';

/** Longer than any client keeps a connection that it does not use, so that none is closed under a request. */
const KEEP_ALIVE_MILLISECONDS = 10 * 60 * 1000;

export type Answering = (request: HttpRequest) => Promise<Reply>;

/** @returns the server, listening on the loopback interface and nowhere else */
export async function listen(answering: Answering, port: number): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MILLISECONDS, requestTimeout: 0 },
    (request, response) => {
      serve(answering, request, response).catch(() => response.destroy());
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', backlog: 1024 }, resolve);
  });
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

export async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function serve(
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await bodyOf(request);
  send(response, await answering({ method: request.method ?? 'GET', url, headers: request.headers, body }));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function send(response: ServerResponse, { kind, answer: { status, headers, body } }: Reply): void {
  switch (kind) {
    case 'timeout':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'answer':
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    case 'truncated':
      // Headers alone would be the whole of an answer without a body.
      if (body.length === 0) {
        response.socket?.destroy();
        return;
      }
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      response.write(body.slice(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
  }
}
