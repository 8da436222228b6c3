import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { pythonEnvironment } from '../../emulators/python.ts';

/**
 * MiniStack, an independent AWS emulator that runs the zips of Lambdas:
 * https://pypi.org/project/ministack
 */
export interface MiniStack {
  readonly url: string;
  close(): Promise<void>;
}

/** The program; undefined without Python, which is an error in CI. */
export async function installMiniStack(): Promise<string | undefined> {
  return (await pythonEnvironment('ministack'))?.bin('ministack');
}

/**
 * Resolves when it is ready, after about a second.
 * @param folder for the code of its Lambdas and its temporary files
 * @param settings environment variables of its own
 */
export async function startMiniStack(
  program: string,
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<MiniStack> {
  const port = await freePort();
  const server = spawn(program, {
    env: {
      PATH: process.env.PATH,
      TMPDIR: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  server.stdout.resume();
  const ended = once(server, 'exit');
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`MiniStack ended (${String(code)})`)));
    // Unread output would fill the pipe.
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (line.includes('Running on http')) resolve();
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      if (server.exitCode === null && server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
