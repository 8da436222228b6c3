import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface InterceptingProxy {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The certificate of its CA, which nobody trusts. */
  readonly caFile: string;
  /** Host and port of every CONNECT, and the URL of every plain request. */
  readonly seen: string[];
  /** Answers every CONNECT with this instead; undefined: lets it through. */
  refusal: string | undefined;
  /** The user that it wants, as USER:PASSWORD. */
  signIn: string | undefined;
  close(): void;
}

/**
 * A proxy such as those of large companies: it answers for AWS with certificates of its own CA, reads what is
 * sent, and passes it to `target`.
 * @param folder for keys and certificates
 */
export async function startInterceptingProxy(
  folder: string,
  target: () => string,
): Promise<InterceptingProxy> {
  const sockets = new Set<Socket>();
  const certificates = await makeCertificates(folder);
  const aws = createTlsServer(certificates, (request, response) => {
    forward(request, response, target());
  });
  const awsPort = await listen(aws);
  const proxy = createServer((request, response) => {
    state.seen.push(request.url ?? '');
    forward(request, response, target());
  });
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    state.seen.push(request.url ?? '');
    const user = Buffer.from(state.signIn ?? '').toString('base64');
    const isUser = request.headers['proxy-authorization'] === `Basic ${user}`;
    const refusal = state.signIn !== undefined && !isUser ? SIGN_IN : state.refusal;
    if (refusal !== undefined) {
      client.end(refusal);
      return;
    }
    const upstream = connect(awsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined));
  });
  const state: InterceptingProxy = {
    url: `http://127.0.0.1:${await listen(proxy)}`,
    caFile: join(folder, 'ca.pem'),
    seen: [],
    refusal: undefined,
    signIn: undefined,
    close: () => {
      for (const socket of sockets) socket.destroy();
      aws.close();
      proxy.close();
      proxy.closeAllConnections();
    },
  };
  return state;
}

/** What such a proxy says to a client that has not signed in. */
const SIGN_IN = refusalPage(407, 'Proxy Authentication Required', 'Sign in to the proxy');

export function refusalPage(status: number, reason: string, words: string): string {
  const page = `<html><head><title>${reason}</title></head><body><p>${words}</p></body></html>`;
  const headers = `content-type: text/html\r\ncontent-length: ${page.length}\r\nconnection: close`;
  return `HTTP/1.1 ${status} ${reason}\r\n${headers}\r\n\r\n${page}`;
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function forward(request: IncomingMessage, response: ServerResponse, target: string): void {
  const { pathname, search } = new URL(request.url ?? '/', target);
  const { method, headers } = request;
  // The sandbox takes the bucket in the path.
  const bucket = /^([^.]+)\.s3\./.exec(headers.host ?? '')?.[1];
  const path = `${bucket === undefined ? '' : `/${bucket}`}${pathname}${search}`;
  const onward = httpRequest(new URL(path, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}

const NAMES = ['amazonaws.com', 'us-east-1.amazonaws.com', 's3.us-east-1.amazonaws.com'];

async function makeCertificates(folder: string): Promise<{ key: Buffer; cert: Buffer }> {
  const openssl = (line: string) => run('openssl', line.split(' '), { cwd: folder });
  const names = NAMES.map((name) => `DNS:*.${name}`).join(',');
  await writeFile(join(folder, 'names.cnf'), `subjectAltName=${names}\n`);
  const newKey = 'req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  await openssl(`${newKey} -x509 -days 2 -subj /CN=Corporate_CA -keyout ca.key -out ca.pem`);
  await openssl(`${newKey} -subj /CN=proxy -keyout aws.key -out aws.csr`);
  await openssl(
    'x509 -req -days 2 -in aws.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names.cnf -out aws.pem',
  );
  const [key, cert] = await Promise.all(['aws.key', 'aws.pem'].map((name) => readFile(join(folder, name))));
  return { key: key!, cert: cert! };
}
