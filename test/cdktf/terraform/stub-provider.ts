import {
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { schemaMessage } from './protobuf.ts';
import { type Block, schemaOf } from './schema.ts';

/**
 * A provider that knows what may be written and nothing else, in the way of a provider that is being
 * debugged.
 */
export interface StubProvider {
  /** With it, Terraform asks this provider and downloads none. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * https://developer.hashicorp.com/terraform/plugin/debugging: these are asked for while a configuration is
 * validated.
 */
const NOTHING_TO_SAY = [
  'PrepareProviderConfig',
  'ValidateResourceTypeConfig',
  'ValidateDataSourceConfig',
  'Stop',
];
const UNIMPLEMENTED = '12';

/** @param types resource types and data source types that the stacks use */
export async function startStubProvider(types: {
  readonly resources: Iterable<string>;
  readonly dataSources: Iterable<string>;
}): Promise<StubProvider> {
  const schemas = schemaMessage({
    provider: schemaOf({ kind: 'provider' }),
    resources: blocksOf('resource', types.resources),
    dataSources: blocksOf('data', types.dataSources),
  });
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => answer(stream, headers, schemas));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    environment: { TF_REATTACH_PROVIDERS: reattach(server.address() as AddressInfo) },
    close: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function blocksOf(kind: 'resource' | 'data', types: Iterable<string>): Map<string, Block> {
  return new Map([...types].map((type) => [type, schemaOf({ kind, type })]));
}

function reattach({ port }: AddressInfo): string {
  const address = { Network: 'tcp', String: `127.0.0.1:${port}` };
  return JSON.stringify({
    'registry.terraform.io/hashicorp/aws': {
      Protocol: 'grpc',
      ProtocolVersion: 5,
      Pid: process.pid,
      // Terraform then leaves the process alone when it is done.
      Test: true,
      Addr: address,
    },
  });
}

/** gRPC over HTTP/2: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, schemas: Buffer): void {
  const method = headers[':path']?.split('/').at(-1) ?? '';
  const body =
    method === 'GetSchema' ? schemas : NOTHING_TO_SAY.includes(method) ? Buffer.alloc(0) : undefined;
  stream.resume();
  stream.on('error', () => undefined);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () =>
    stream.sendTrailers({ 'grpc-status': body === undefined ? UNIMPLEMENTED : '0' }),
  );
  if (body === undefined) stream.end();
  else stream.end(Buffer.concat([lengthPrefix(body.length), body]));
}

/** Not compressed, so many bytes. */
function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}
