import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { CredentialsError } from '../../src/aws/errors.ts';
import { openIdentity } from '../../src/commands/identity.ts';
import { fromNow, MINUTE, now } from '../support/clock.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-identity-'));
  await writeFile(join(folder, 'config'), `[profile once]\ncredential_process = ${folder}/sign-in\n`);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_PROFILE', 'once');
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** The `credential_process`, which counts its calls; without minutes it fails. */
async function writeProcess(minutes?: number): Promise<void> {
  const Expiration = minutes === undefined ? '' : fromNow(minutes * MINUTE).toISOString();
  const keys = { AccessKeyId: 'ASIAIOSFODNN7EXAMPLE', SecretAccessKey: 'x', SessionToken: 'y' };
  const answer = minutes === undefined ? 'locked' : JSON.stringify({ Version: 1, ...keys, Expiration });
  await writeFile(
    join(folder, 'sign-in'),
    `#!/bin/sh\necho called >> ${folder}/count\nprintf '%s' '${answer}'\n`,
  );
  await chmod(join(folder, 'sign-in'), 0o755);
}

const calls = async () => (await readFile(join(folder, 'count'), 'utf8')).trim().split('\n').length;
const terminal = { say: () => undefined, interactive: false };

it('signs in once for many clients, and again before the credentials expire', async () => {
  const { credentials } = openIdentity(terminal);
  await writeProcess(60);
  const first = await Promise.all([credentials(), credentials(), credentials()]);
  expect(new Set(first.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['ASIAIOSFODNN7EXAMPLE']));
  vi.setSystemTime(fromNow(54 * MINUTE));
  await credentials();
  expect(await calls()).toBe(1);
  vi.setSystemTime(fromNow(2 * MINUTE));
  await writeProcess(60);
  const [{ expiration }] = await Promise.all([credentials(), credentials()]);
  expect(expiration).toEqual(new Date(now().getTime() + 60 * MINUTE));
  expect(await calls()).toBe(2);
});

it('says that nothing was done only if it never had credentials', async () => {
  await writeProcess();
  const never = openIdentity(terminal).credentials();
  await expect(never).rejects.toThrow('The AWS profile "once" gives no credentials: Profile once credential');
  await expect(never).rejects.toBeInstanceOf(CredentialsError);
  const { credentials } = openIdentity(terminal);
  await writeProcess(60);
  await credentials();
  vi.setSystemTime(fromNow(56 * MINUTE));
  await writeProcess();
  const later = credentials();
  await expect(later).rejects.toThrow('The AWS profile "once" gives no credentials');
  await expect(later).rejects.not.toBeInstanceOf(CredentialsError);
});
