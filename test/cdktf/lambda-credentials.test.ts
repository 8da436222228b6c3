import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { bundleLambda, describedSource } from '../../cdktf/bundle.ts';
import { bundledFolders } from '../../scripts/third-party-licenses.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

let folder: string;
let lambda: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-credentials-'));
  lambda = (await bundleLambda(folder, join(import.meta.dirname, 'credentials-lambda.ts'))).file;
});
afterAll(() => rm(folder, { recursive: true }));

async function credentialsWith(env: Record<string, string>): Promise<string> {
  const script = `const { handler } = await import(${JSON.stringify(pathToFileURL(lambda).href)});
    process.stdout.write(await handler().catch((error) => error.message));`;
  const environment = { AWS_EC2_METADATA_DISABLED: 'true', HOME: folder, ...env };
  const options = ['--input-type=module', '--eval', script];
  return (await promisify(execFile)(process.execPath, options, { env: environment })).stdout;
}

describe('the credentials of a Lambda', () => {
  it('come from its environment', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: SECRET };
    expect(await credentialsWith(env)).toBe('AKIAENVIRONMENT');
  });

  it('come from where a snapshot is restored, which has none in its environment', async () => {
    const Expiration = '2099-01-01T00:00:00Z';
    const answer = { AccessKeyId: 'AKIACONTAINER', SecretAccessKey: SECRET, Token: 'token', Expiration };
    const server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const uri = `http://127.0.0.1:${port}/credentials`;
      expect(await credentialsWith({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri })).toBe('AKIACONTAINER');
    } finally {
      server.close();
    }
  });

  it('are missing rather than taken from a profile', async () => {
    const file = join(folder, 'credentials');
    await writeFile(file, `[default]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = ${SECRET}\n`);
    const env = { AWS_SHARED_CREDENTIALS_FILE: file };
    expect(await credentialsWith(env)).toBe('Could not load credentials from any providers');
  });

  it('have no code of profiles, SSO, processes and token files in the rotator', async () => {
    const { metafile } = await describedSource();
    const providers = bundledFolders([metafile]).filter((path) =>
      /credential-provider|token|nested/.test(path),
    );
    expect(providers).toEqual([
      'node_modules/@aws-sdk/credential-provider-env',
      'node_modules/@aws-sdk/credential-provider-http',
      'node_modules/@aws-sdk/credential-provider-node',
      'node_modules/@smithy/credential-provider-imds',
    ]);
  });
});
