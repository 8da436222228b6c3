import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';

import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { describe, expect, it, onTestFinished } from 'vitest';

import { plainHandler } from '../../src/aws/plain-handler.ts';

const MILLISECONDS = 300;

type Handler = Pick<NodeHttpHandler, 'handle' | 'destroy'>;

const HANDLERS: readonly [string, () => Handler][] = [
  [
    "the SDK's handler",
    () =>
      new NodeHttpHandler({
        connectionTimeout: MILLISECONDS,
        requestTimeout: MILLISECONDS,
        socketTimeout: MILLISECONDS,
        throwOnRequestTimeout: true,
        httpAgent: new HttpAgent({ keepAlive: true }),
      }),
  ],
  [
    'the plain handler',
    () =>
      plainHandler(
        { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent() },
        { connectionMilliseconds: MILLISECONDS, responseMilliseconds: MILLISECONDS },
      ),
  ],
];

/** A server that answers each request with these bytes, and what it received. */
async function serving(answer: (socket: Socket) => void) {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      received.push(bytes.toString());
      answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, received, sockets };
}

const request = (port: number, more: Partial<HttpRequest> = {}): HttpRequest =>
  new HttpRequest({
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path: '/',
    method: 'POST',
    headers: { host: 'iam.amazonaws.com', 'content-length': '4' },
    body: 'Äa\n',
    ...more,
  });

/** What an exchange ends with, read as the SDK reads it. */
async function outcome(handler: Handler, sent: HttpRequest, abortSignal?: AbortSignal): Promise<unknown> {
  onTestFinished(() => handler.destroy());
  try {
    const { response } = await handler.handle(sent, { ...(abortSignal && { abortSignal }) });
    const body: unknown = response.body;
    const read = body instanceof Readable ? await text(body) : String(body);
    return { status: response.statusCode, headers: response.headers, body: read };
  } catch (error) {
    const { name, code } = error as NodeJS.ErrnoException;
    return { name, code: code === 'ETIMEDOUT' ? undefined : code };
  }
}

const whole =
  'HTTP/1.1 200 OK\r\nX-Amzn-RequestId: 7a62\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n' +
  'Content-Length: 5\r\n\r\n<a/>\n';

const ANSWERS: readonly [string, (socket: Socket) => void, unknown][] = [
  [
    'a whole response',
    (socket) => socket.write(whole),
    {
      status: 200,
      headers: { 'x-amzn-requestid': '7a62', 'set-cookie': 'a,b', 'content-length': '5' },
      body: '<a/>\n',
    },
  ],
  [
    'a response in parts that come slowly, longer than the timeout in sum',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n');
      for (const [index, part] of ['<', 'a', '/', '>'].entries())
        setTimeout(() => socket.write(part), (index + 1) * MILLISECONDS * 0.5);
    },
    { status: 200, headers: { 'content-length': '4' }, body: '<a/>' },
  ],
  ['no response', () => undefined, { name: 'TimeoutError', code: undefined }],
  [
    'half a response',
    (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<a'),
    { name: 'TimeoutError', code: undefined },
  ],
  ['a closed connection', (socket) => socket.end(), { name: 'TimeoutError', code: 'ECONNRESET' }],
  ['a reset connection', (socket) => socket.resetAndDestroy(), { name: 'TimeoutError', code: 'ECONNRESET' }],
  [
    'what is not HTTP',
    (socket) => socket.end('SSH-2.0\r\n'),
    { name: 'Error', code: 'HPE_INVALID_CONSTANT' },
  ],
];

describe.each(HANDLERS)('%s', (_, open) => {
  it.each(ANSWERS)('with %s', async (__, answer, expected) => {
    const { port } = await serving(answer);
    expect(await outcome(open(), request(port))).toEqual(expected);
  });

  it('with a connection that breaks midway: the SDK says so when it reads', async () => {
    const { port } = await serving((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<a', () => socket.destroy());
    });
    expect(await outcome(open(), request(port))).toMatchObject({ code: 'ECONNRESET' });
  });

  it('with nothing that listens', async () => {
    expect(await outcome(open(), request(1))).toEqual({ name: 'Error', code: 'ECONNREFUSED' });
  });

  it('with a connection that is never established', async () => {
    // One of TEST-NET-1, where packets go nowhere; a machine without a route says so.
    const result = await outcome(open(), request(81, { hostname: '192.0.2.1' }));
    expect(['TimeoutError', 'Error']).toContain((result as Error).name);
  });

  it('sends method, path, parameters, headers and body', async () => {
    const { port, received } = await serving((socket) => socket.write(whole));
    const query = { 'list-type': '2', prefix: 'runs/a b' };
    await outcome(open(), request(port, { path: '/ledger', query, method: 'PUT' }));
    expect(received.join('').split('\r\n')).toEqual([
      'PUT /ledger?list-type=2&prefix=runs%2Fa%20b HTTP/1.1',
      'host: iam.amazonaws.com',
      'content-length: 4',
      'Connection: keep-alive',
      '',
      'Äa\n',
    ]);
  });

  it('gives the SDK a stream of what it got, as for an object of S3', async () => {
    const { port } = await serving((socket) => socket.write(whole));
    const handler = open();
    onTestFinished(() => handler.destroy());
    const { response } = await handler.handle(request(port, { method: 'GET', headers: {}, body: undefined }));
    expect(response.body).toBeInstanceOf(Readable);
    expect(await text(response.body as Readable)).toBe('<a/>\n');
  });

  it('uses a connection again, and leaves no listener on the signal', async () => {
    const { port, sockets } = await serving((socket) => socket.write(whole));
    const handler = open();
    const { signal } = new AbortController();
    for (let call = 0; call < 20; call += 1) await outcome(handler, request(port), signal);
    expect(sockets.size).toBe(1);
  });

  it('ends a call in flight when its signal is aborted, and sends none after it', async () => {
    const ending = new AbortController();
    const { port, received } = await serving(() => ending.abort());
    const handler = open();
    for (let call = 0; call < 2; call += 1)
      expect(await outcome(handler, request(port), ending.signal)).toMatchObject({ name: 'AbortError' });
    expect(received).toHaveLength(1);
  });
});
