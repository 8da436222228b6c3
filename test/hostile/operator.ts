import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in place of AWS that answers every request with an error, and counts them. */
export async function startRefusingServer(): Promise<{
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: () => number;
  readonly close: () => void;
}> {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.writeHead(400).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
    calls: () => calls,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
