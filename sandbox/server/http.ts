import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Reply } from '../faults/apply-fault.ts';
import type { HttpRequest } from '../wire/request.ts';

/** Longer than any client keeps an idle connection, so that the server never closes one under a request. */
const KEEP_ALIVE_MILLISECONDS = 10 * 60 * 1000;

export type RequestHandler = (request: HttpRequest) => Promise<Reply>;

/** Listens on the loopback interface only. */
export async function listen(handler: RequestHandler, port: number): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MILLISECONDS, requestTimeout: 0 },
    (request, response) => {
      serve(handler, request, response).catch(() => response.destroy());
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
  handler: RequestHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const body = await bodyOf(request);
  send(response, await handler({ method: request.method ?? 'GET', url, headers: request.headers, body }));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

function send(out: ServerResponse, { kind, response: { status, headers, body } }: Reply): void {
  switch (kind) {
    case 'timeout':
      return;
    case 'reset':
      out.socket?.resetAndDestroy();
      return;
    case 'complete':
      out.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    case 'truncated':
      // Without a body, the headers alone would be a complete response.
      if (body.length === 0) {
        out.socket?.destroy();
        return;
      }
      out.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
      out.write(body.slice(0, Math.floor(body.length / 2)), () => out.socket?.destroy());
  }
}
