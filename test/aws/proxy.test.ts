import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { awaitedHost, whileInFlight } from '../../src/aws/in-flight.ts';
import { networkAdvice } from '../../src/aws/network-advice.ts';
import { proxyFor } from '../../src/aws/proxy.ts';

const VARIABLES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'ALL_PROXY'];
const PROXY = 'http://proxy.example.com:3128';
const STS = 'https://sts.eu-central-1.amazonaws.com';

beforeEach(() => {
  for (const name of VARIABLES) for (const each of [name, name.toLowerCase()]) vi.stubEnv(each, '');
});
afterEach(() => void vi.unstubAllEnvs());

function proxyOf(url: string): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  return proxyFor({ protocol, hostname, ...(port && { port: Number(port) }) })?.origin;
}

describe('the proxy', () => {
  it.each<[Record<string, string>, string, string | undefined]>([
    [{}, STS, undefined],
    [{ HTTPS_PROXY: PROXY }, STS, PROXY],
    [{ https_proxy: PROXY }, STS, PROXY],
    [{ HTTPS_PROXY: 'http://other', https_proxy: PROXY }, STS, PROXY],
    [{ HTTPS_PROXY: 'proxy.example.com:3128' }, STS, PROXY],
    [{ HTTPS_PROXY: 'https://proxy.example.com' }, STS, 'https://proxy.example.com'],
    [{ HTTP_PROXY: PROXY }, STS, undefined],
    [{ HTTP_PROXY: PROXY }, 'http://emulator.example.com:4566', PROXY],
    [{ ALL_PROXY: 'socks5://127.0.0.1:1080' }, STS, undefined],
    [{ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }, 'http://127.0.0.1:4566', undefined],
    [{ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }, 'https://localhost:4566', undefined],
    [{ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }, 'http://[::1]:4566', undefined],
    ...['*', 'amazonaws.com', '.amazonaws.com', '*.amazonaws.com', 'sts.eu-central-1.amazonaws.com'].map(
      (NO_PROXY): [Record<string, string>, string, undefined] => [
        { HTTPS_PROXY: PROXY, NO_PROXY },
        STS,
        undefined,
      ],
    ),
    [{ HTTPS_PROXY: PROXY, no_proxy: 'a.example.com, AMAZONAWS.COM:443' }, STS, undefined],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'amazonaws.com:8443' }, STS, PROXY],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: 'naws.com,iam.amazonaws.com' }, STS, PROXY],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.1' }, 'https://10.0.0.1', undefined],
    [{ HTTPS_PROXY: PROXY, NO_PROXY: '10.0.0.1' }, 'https://10.0.0.2', PROXY],
  ])('with %j for %s is %s', (variables, url, expected) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(proxyOf(url)).toBe(expected);
  });

  it.each(['socks5://ada:secret@proxy', 'http://ada:secret%@proxy', 'http://'])('is not %s', (value) => {
    vi.stubEnv('HTTPS_PROXY', value);
    expect(() => proxyOf(STS)).toThrow(/^HTTPS_PROXY must be an HTTP proxy, such as (?!.*secret)/);
  });
});

describe('the host that is waited for', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is known after two seconds without an answer, and in the next attempt', async () => {
    const after = (milliseconds: number, error?: Error) => () =>
      new Promise<void>((resolve, reject) => {
        setTimeout(() => (error ? reject(error) : resolve()), milliseconds);
      });
    const first = whileInFlight('sts.example', after(3_000, new Error('no connection')));
    const failed = expect(first).rejects.toThrow('no connection');
    await vi.advanceTimersByTimeAsync(1_999);
    expect(awaitedHost()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(awaitedHost()).toBe('sts.example');
    await vi.advanceTimersByTimeAsync(1_000);
    await failed;
    expect(awaitedHost()).toBeUndefined();
    const second = whileInFlight('sts.example', after(100));
    expect(awaitedHost()).toBe('sts.example');
    await vi.advanceTimersByTimeAsync(100);
    await second;
    const third = whileInFlight('sts.example', after(100));
    expect(awaitedHost()).toBeUndefined();
    await vi.advanceTimersByTimeAsync(100);
    await third;
  });
});

describe('the advice', () => {
  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /AWS_CA_BUNDLE/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /AWS_CA_BUNDLE/],
    ['CERT_HAS_EXPIRED', /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /Another host/],
    ['TimeoutError', /did not answer.*NO_PROXY/],
    ['HTTP 407', /USER:PASSWORD/],
    ['HTTP 502', /proxy or firewall.*run again/],
    ['NotFromAws', /proxy or firewall/],
    ['AccessDenied', /^undefined$/],
  ])('on %s', (code, expected) => {
    expect(String(networkAdvice(code))).toMatch(expected);
  });
});
