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
 * A provider with only a schema, attached as a provider under debugging.
 */
export interface StubProvider {
  /** Makes Terraform use this provider instead of downloading one. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * The calls of a validation: https://developer.hashicorp.com/terraform/plugin/debugging
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
  const attached = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    // Terraform then does not stop the process.
    Test: true,
    Addr: address,
  };
  const registries = ['registry.terraform.io', 'registry.opentofu.org'];
  return JSON.stringify(Object.fromEntries(registries.map((host) => [`${host}/hashicorp/aws`, attached])));
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

/** Uncompressed, with the length in bytes. */
function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(length, 1);
  return prefix;
}
