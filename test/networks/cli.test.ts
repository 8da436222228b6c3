import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { keysweep, type Ended } from '../support/keysweep-process.ts';
import {
  refusalPage,
  startInterceptingProxy,
  type InterceptingProxy,
} from '../support/intercepting-proxy.ts';
import { EVERY_KEY, organizationOf } from '../support/sweeping.ts';

let folder: string;
let sandbox: Sandbox;
let proxy: InterceptingProxy;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keysweep-networks-'));
  sandbox = await startSandbox({ organization: organizationOf(2) });
  proxy = await startInterceptingProxy(folder, () => sandbox.url);
  await writeFile(join(folder, 'accounts.json'), JSON.stringify(EVERY_KEY));
});
afterAll(async () => {
  proxy.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  proxy.seen.length = 0;
  proxy.refusal = undefined;
  proxy.signIn = undefined;
});

/** `keysweep plan`, which sends to the real names of AWS. */
function plan(environment: Record<string, string>): Promise<Ended> {
  return keysweep(
    ['plan'],
    {
      AWS_ACCESS_KEY_ID: sandbox.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: sandbox.credentials.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_CONFIG_FILE: join(folder, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      NO_COLOR: '1',
      ...environment,
    },
    folder,
  );
}

const HOSTS = ['sts.us-east-1', 'organizations.us-east-1', 'iam'].map((name) => `${name}.amazonaws.com:443`);
const hostsSeen = () => [...new Set(proxy.seen)].sort();

describe('behind a proxy that inspects TLS, the terminal', { timeout: 60_000 }, () => {
  it.each([
    ['HTTPS_PROXY', 'AWS_CA_BUNDLE'],
    ['https_proxy', 'NODE_EXTRA_CA_CERTS'],
  ])('sends every call through %s, and trusts %s', async (variable, ca) => {
    const { code, stdout, stderr } = await plan({ [variable]: proxy.url, [ca]: proxy.caFile });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('AKIA');
    expect(hostsSeen()).toEqual(HOSTS.sort());
    // Connections are kept.
    expect(proxy.seen.length).toBeLessThan(12);
  });

  it('trusts the ca_bundle of the profile, and a proxy without a scheme speaks HTTP', async () => {
    const file = join(folder, 'config');
    await writeFile(file, `[profile work]\nregion = us-east-1\nca_bundle = ${proxy.caFile}\n`);
    expect(await withProfile(file)).toMatchObject({ code: 0, stderr: '' });
    expect(hostsSeen()).toEqual(HOSTS.sort());
  });

  /** The keys are the profile's: those of the environment would win over its name. */
  async function withProfile(config: string): Promise<Ended> {
    const credentials = join(folder, 'credentials');
    const { accessKeyId, secretAccessKey } = sandbox.credentials;
    const keys = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    await writeFile(credentials, `[work]\n${keys}`);
    return plan({
      AWS_PROFILE: 'work',
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      HTTPS_PROXY: proxy.url.replace('http://', ''),
    });
  }

  it('names what failed about an unknown CA, and what to do', async () => {
    const { code, stderr } = await plan({ HTTPS_PROXY: proxy.url });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /no TLS connection to AWS \(sts\.us-east-1\.amazonaws\.com, through the proxy 127/,
    );
    expect(stderr).toMatch(/trust its CA: AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS \(docs\/networks\.md\)/);
  });

  it('goes round the proxy for NO_PROXY', async () => {
    // Nothing is sent to AWS: the name has no address.
    const { stderr } = await plan({
      HTTPS_PROXY: proxy.url,
      NO_PROXY: 'localhost,nowhere.invalid',
      AWS_ENDPOINT_URL_STS: 'https://sts.nowhere.invalid',
    });
    expect(stderr).toContain('the host of the endpoint has no address (sts.nowhere.invalid)');
    expect(proxy.seen).toEqual([]);
  });

  it('signs in to the proxy with the user of its URL, and never shows the password', async () => {
    proxy.signIn = 'ada:p@ss';
    const url = proxy.url.replace('//', '//ada:p%40ss@');
    expect(await plan({ HTTPS_PROXY: url, AWS_CA_BUNDLE: proxy.caFile })).toMatchObject({ code: 0 });
    proxy.signIn = 'ada:other';
    const { code, stdout, stderr } = await plan({ HTTPS_PROXY: url });
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toMatch(/p(@|%40)ss/);
    expect(stderr).toContain(
      'sts:GetCallerIdentity: HTTP 407: something between you and AWS answered for ' +
        'sts.us-east-1.amazonaws.com: HTTP 407, text/html, ' +
        '"Proxy Authentication Required Sign in to the proxy"',
    );
    expect(stderr).toContain('HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT');
  });

  it('quotes what a proxy says that refuses the host', async () => {
    proxy.refusal = refusalPage(403, 'Forbidden', 'Blocked by policy 17');
    const { stderr } = await plan({ HTTPS_PROXY: proxy.url });
    expect(stderr).toContain('HTTP 403, text/html, "Forbidden Blocked by policy 17"');
    expect(stderr).toContain('Check what answers instead of AWS: a proxy or firewall');
  });

  it.each([
    ['is not there', 'http://127.0.0.1:1', 'nothing listens at the proxy (127.0.0.1:1)'],
    [
      'has no address',
      'http://nowhere.invalid:3128',
      'the host of the proxy has no address (nowhere.invalid)',
    ],
    ['speaks SOCKS', 'socks5://ada:secret@127.0.0.1:1', 'HTTPS_PROXY must be an HTTP proxy'],
  ])('says so if the proxy %s', async (_, url, words) => {
    const { code, stderr } = await plan({ HTTPS_PROXY: url });
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('secret');
  });

  it('does not send to the sandbox on this machine through a proxy', async () => {
    const { code } = await plan({
      ...{ HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' },
      AWS_ENDPOINT_URL: sandbox.url,
    });
    expect(code).toBe(0);
  });

  it.each(['HTTP_PROXY', 'http_proxy'])('sends to an http:// endpoint through %s alone', async (variable) => {
    const AWS_ENDPOINT_URL = 'http://aws.nowhere.invalid:8080';
    const { code, stdout, stderr } = await plan({ [variable]: proxy.url, AWS_ENDPOINT_URL });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('AKIA');
    expect([...new Set(proxy.seen)]).toEqual([`${AWS_ENDPOINT_URL}/`]);
    const other = await plan({ HTTPS_PROXY: proxy.url, AWS_ENDPOINT_URL });
    expect(other.stderr).toContain('the host of the endpoint has no address (aws.nowhere.invalid)');
  });

  it.each(['/no/such/ca.pem', 'accounts.json'])('says what is wrong with the CA bundle %s', async (file) => {
    const { stderr } = await plan({ AWS_CA_BUNDLE: file });
    expect(stderr).toContain(`the CA bundle ${file} ${file.endsWith('json') ? 'has no' : 'cannot be read'}`);
  });

  it.each([
    ['AWS_USE_FIPS_ENDPOINT', 'sts-fips.us-east-1.amazonaws.com:443'],
    ['AWS_USE_DUALSTACK_ENDPOINT', 'sts.us-east-1.api.aws:443'],
  ])('leaves %s to the SDK', async (variable, host) => {
    await plan({ HTTPS_PROXY: proxy.url, AWS_CA_BUNDLE: proxy.caFile, [variable]: 'true' });
    expect(proxy.seen).toContain(host);
  });

  it('reaches the European Sovereign Cloud under its own name', async () => {
    await plan({ HTTPS_PROXY: proxy.url, AWS_CA_BUNDLE: proxy.caFile, AWS_REGION: 'eusc-de-east-1' });
    expect(hostsSeen()).toEqual(['sts.eusc-de-east-1.amazonaws.eu:443']);
  });

  it('ends although the proxy never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const { code, stderr } = await plan({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
    silent.close();
    expect(code).not.toBe(0);
    expect(stderr).toContain('no connection within 3 s (sts.us-east-1.amazonaws.com, through the proxy 127.');
  });
});
