import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { HttpRequest } from '@smithy/core/protocols';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

import { openHttpHandler, type Timeouts } from '../../src/aws/http-handler.ts';

const PATIENT: Timeouts = { connectionMilliseconds: 20_000, responseMilliseconds: 20_000 };

afterEach(() => {
  vi.unstubAllEnvs();
});

const open = (sockets = 4) => {
  const handler = openHttpHandler(PATIENT, sockets);
  onTestFinished(() => {
    handler.destroy();
  });
  return handler;
};

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** @param act after the first bytes of every connection */
const raw = (act: (socket: Socket, first: Buffer) => void): Promise<number> =>
  listen(
    createServer((socket) => {
      socket.once('data', (first) => {
        act(socket, first);
      });
    }),
  );

const BODY = 'Action=UpdateAccessKey';
const post = (port: number, more: Partial<HttpRequest> = {}): HttpRequest =>
  new HttpRequest({
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: `127.0.0.1:${port}` },
    body: BODY,
    ...more,
  });

type Handler = ReturnType<typeof openHttpHandler>;

/** The whole answer, as text. */
async function answerOf(handler: Handler, request: HttpRequest, abortSignal?: AbortSignal): Promise<string> {
  const { response } = await handler.handle(request, abortSignal ? { abortSignal } : {});
  return text(response.body as NodeJS.ReadableStream);
}

const ABORTED = { name: 'AbortError' };

it('gets the headers of the response by their lower-case names, repeated ones in one', async () => {
  const port = await raw((socket) => {
    socket.end('HTTP/1.1 404 No\r\nX-Amzn-RequestId: 1\r\nA: 1\r\na: 2\r\ncontent-length: 0\r\n\r\n');
  });
  const { response } = await open().handle(post(port));
  expect(response.statusCode).toBe(404);
  expect(response.headers).toEqual({ 'x-amzn-requestid': '1', a: '1, 2', 'content-length': '0' });
});

describe('a connection that breaks', () => {
  const HALF = 'content-length: 100\r\n\r\nhalf';
  const CHUNK = 'transfer-encoding: chunked\r\n\r\n9\r\nhalf';
  it.each([
    ['before the answer', ''],
    ['in the headers', 'conn'],
    ['in the body', HALF],
    ['in the last body', `connection: close\r\n${HALF}`],
    ['in a chunk', CHUNK],
    ['in the last chunk', `connection: close\r\n${CHUNK}`],
  ])('%s costs one attempt, and the request is sent once', async (_, part) => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      let requests = 0;
      const port = await raw((socket) => {
        requests += 1;
        if (part) socket.write(`HTTP/1.1 200 OK\r\n${part}`);
        setTimeout(() => socket[end](), 30);
      });
      const error: unknown = await answerOf(open(), post(port)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'ECONNRESET' });
      expect(requests).toBe(1);
    }
  });
});

describe('an abort', () => {
  const silent = () => raw(() => undefined);
  const sending: Record<string, () => Promise<[Handler, HttpRequest]>> = {
    'while it connects': async () => [open(), post(await silent(), { protocol: 'https:' })],
    'while it waits for an answer': async () => [open(), post(await silent())],
    'while others have all sockets': async () => {
      const handler = open(1);
      const port = await silent();
      answerOf(handler, post(port)).catch(() => undefined);
      return [handler, post(port)];
    },
    'while a proxy does not answer': async () => {
      vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await silent()}`);
      return [open(), post(443, { protocol: 'https:', hostname: 'aws.nowhere.invalid' })];
    },
  };

  it.each(Object.keys(sending))('%s ends the request at once', async (when) => {
    const [handler, request] = (await sending[when]?.()) ?? expect.fail();
    const controller = new AbortController();
    const answer = answerOf(handler, request, controller.signal);
    setTimeout(() => {
      controller.abort(new Error('a reason'));
    }, 100);
    await expect(answer).rejects.toMatchObject({ ...ABORTED, message: 'Request aborted' });
    await expect(answerOf(handler, request, controller.signal)).rejects.toMatchObject(ABORTED);
  });
});
