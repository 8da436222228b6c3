import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { vi } from 'vitest';

import { keysweep } from '../../src/commands/keysweep.ts';
import type { ExitCode } from '../../src/commands/exit-code.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { PLAIN } from '../../src/report/style.ts';

export interface Heard {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types a command line; it runs in this process, through all that a shell would meet. */
export async function type(words: readonly string[]): Promise<Heard> {
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const terminal: Terminal = {
    print: (text) => void stdout.push(text),
    say: (text) => void stderr.push(text),
    style: PLAIN,
    progress: () => undefined,
    interactive: false,
  };
  // The library that completes words prints by itself.
  const log = vi.spyOn(console, 'log').mockImplementation((text: string) => void stdout.push(text));
  try {
    const code = await keysweep(words, terminal);
    return { code, stdout: stdout.join('\n'), stderr: stderr.join('\n') };
  } finally {
    log.mockRestore();
  }
}

/** Stands where AWS would be, answers everything with an error, and counts. */
export async function nobody(): Promise<{
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
