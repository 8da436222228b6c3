import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { keysweep, startKeysweep, startProgram } from '../support/keysweep-process.ts';

/** A sandbox in a process, and the lines that it prints for another terminal. */
async function served(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-sandbox-'));
  const config = join(folder, 'sandbox.json');
  const options = ['sandbox', '--port', '0', '--accounts', '8', '--write-config', config, ...args];
  const { child, ended } = startKeysweep(options, {});
  const [lines] = (await once(child.stdout!, 'data')) as [Buffer];
  onTestFinished(async () => {
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0 });
    await rm(folder, { recursive: true });
  });
  const environment: Record<string, string> = {};
  for (const [, name = '', value = ''] of lines.toString().matchAll(/^export (\w+)=(.*)$/gm))
    environment[name] = value;
  return { lines: lines.toString(), config, environment };
}

it('prints variables that override those of the shell', { timeout: 60_000 }, async () => {
  const { lines } = await served();
  const own = { AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'x', AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:9' };
  const script = `${lines}\necho "$AWS_PROFILE,$AWS_SESSION_TOKEN,$AWS_ENDPOINT_URL_SFN,$AWS_ENDPOINT_URL"`;
  const { stdout } = await startProgram('bash', ['-c', script], own).ended;
  expect(stdout).toMatch(/^,,(http:\/\/127\.0\.0\.1:\d+),\1\n$/);
});

it('serves a crowd, another partition and an external ID', { timeout: 60_000 }, async () => {
  const { config, environment } = await served(
    ...['--crowd', '1200', '--partition', 'aws-us-gov', '--external-id', 'pear', '--no-troubles'],
  );
  expect(environment['AWS_REGION']).toBe('us-gov-west-1');
  const planned = await keysweep(
    ['plan', '--json', '--config', config, '--ledger', `${config}.ledger`],
    environment,
  );
  expect(planned).toMatchObject({ code: 0 });
  const { accounts } = JSON.parse(planned.stdout) as { accounts: { users?: number }[] };
  expect(Math.max(...accounts.map(({ users = 0 }) => users))).toBeGreaterThan(1_200);
});
