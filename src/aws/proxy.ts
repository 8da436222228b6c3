import { isIP } from 'node:net';
import { env } from 'node:process';

import type { HttpRequest } from '@smithy/types';
import { getProxyForUrl } from 'proxy-from-env';

type Endpoint = Pick<HttpRequest, 'protocol' | 'hostname' | 'port'>;

/** The proxy that HTTPS_PROXY or HTTP_PROXY names for a request, and NO_PROXY does not exclude. */
export function proxyFor({ protocol, hostname, port }: Endpoint): URL | undefined {
  const variable = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  // An empty variable counts as unset.
  const proxy = env[variable.toLowerCase()] || env[variable];
  if (!proxy || LOOPBACK.test(hostname)) return undefined;
  const origins = withParents(hostname).map((host) => `${protocol}//${host}${port ? `:${port}` : ''}`);
  return origins.every((origin) => getProxyForUrl(origin) !== '') ? parse(proxy, variable) : undefined;
}

/** This machine, such as the sandbox. */
const LOOPBACK = /^(localhost|127\.[\d.]+|\[?::1\]?)$/;

/** In NO_PROXY `amazonaws.com` includes its hosts for curl and the AWS CLI, but not for `proxy-from-env`. */
function withParents(hostname: string): readonly string[] {
  if (isIP(hostname) || hostname.startsWith('[')) return [hostname];
  const labels = hostname.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

/** The value may hold a password: no error contains it. */
function parse(proxy: string, variable: string): URL {
  const text = proxy.includes('://') ? proxy : `http://${proxy}`;
  try {
    const url = new URL(text);
    decodeURIComponent(url.username + url.password);
    if (['http:', 'https:'].includes(url.protocol)) return url;
  } catch {
    // The same message.
  }
  const expected =
    'an HTTP proxy, such as http://proxy.example.com:3128; encode special characters (%40 for @)';
  throw Object.assign(new Error(`${variable} must be ${expected}`), { name: 'NetworkSettings' });
}
