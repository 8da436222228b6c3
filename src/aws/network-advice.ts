/** What to do about a call that AWS did not answer; undefined for any other code. */
export function networkAdvice(code: string): string | undefined {
  if (UNREACHABLE.has(code))
    return (
      'The endpoint did not answer. Check the network, the proxy (HTTPS_PROXY, NO_PROXY: ' +
      'docs/networks.md), --endpoint-url and AWS_ENDPOINT_URL.'
    );
  if (code === 'HTTP 407')
    return 'The proxy wants a user: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT (docs/networks.md).';
  if (code === 'NotFromAws' || code.startsWith('HTTP '))
    return (
      'Check what answers instead of AWS: a proxy or firewall (HTTPS_PROXY, NO_PROXY: docs/networks.md), ' +
      'or --endpoint-url. After a status of 500 or more, run again.'
    );
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(code))
    return 'Check the clock of this machine. If it is right, ask whoever runs the proxy or the endpoint.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Another host answers for AWS. Check --endpoint-url, the proxy and the name server.';
  return /CERT|UNABLE_TO/.test(code)
    ? 'If a proxy inspects TLS here, let keysweep trust its CA: AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS ' +
        '(docs/networks.md).'
    : undefined;
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const UNREACHABLE = new Set([
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);
