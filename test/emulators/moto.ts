import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { pythonEnvironment } from './python.ts';

/**
 * moto_server, an emulator of AWS that we did not write:
 * https://docs.getmoto.org/en/latest/docs/server_mode.html
 */
export interface Moto {
  readonly url: string;
  /**
   * For an AWS client in another process: endpoint, Region and credentials, and nothing of the developer's
   * own.
   */
  environment(): Record<string, string>;
  /** Forgets every account and everything in it. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

type Server = ChildProcessByStdio<Writable, null, Readable>;

/**
 * Starts a moto of its own on a free port; ready when the promise resolves, which takes 1 to 2 seconds.
 *
 * @param variables of its environment, beside those of this process
 * @returns undefined where there is no Python environment.
 * @throws when moto ends before it serves; the message is what it wrote.
 */
export async function startMoto(variables: Record<string, string> = {}): Promise<Moto | undefined> {
  const python = await pythonEnvironment();
  if (python === undefined) return undefined;
  const server = spawn(python.bin('python'), [join(import.meta.dirname, 'serve_moto.py')], {
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true,
    env: { ...process.env, ...variables },
  });
  const url = await listening(server);
  return {
    url,
    environment: () => ({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    }),
    reset: async () => {
      const { ok, status } = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
      if (!ok) throw new Error(`moto answered ${status} to a reset`);
    },
    close: () => close(server),
  };
}

const idle: Moto[] = [];

/**
 * A moto with nothing in it, which whoever closes it gives back: a start takes a second or two, so a worker
 * makes no more than it needs at a time. They end with the worker.
 *
 * @returns undefined where there is no Python environment.
 */
export async function borrowMoto(): Promise<Moto | undefined> {
  const moto = idle.pop() ?? (await startMoto());
  if (moto === undefined) return undefined;
  await moto.reset();
  return { ...moto, close: () => Promise.resolve(void idle.push(moto)) };
}

/**
 * moto writes its address to standard error, then a line a request: all of it must be read, or the pipe
 * fills.
 */
async function listening(server: Server): Promise<string> {
  const written: string[] = [];
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`moto ended (${String(code)}):\n${written.join('\n')}`)));
    createInterface({ input: server.stderr }).on('line', (line) => {
      const url = /Running on (http:\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
      if (written.length < 100) written.push(line);
    });
  });
}

async function close(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const ended = once(server, 'exit');
  process.kill(-server.pid, 'SIGKILL');
  await ended;
}
