import type { Failure } from './failure.ts';

/** What the SDK and Node.js throw. https://nodejs.org/api/errors.html#common-system-errors */
interface ThrownError extends Error {
  readonly code?: unknown;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  /** Of a host name with several addresses. */
  readonly errors?: readonly ThrownError[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

type Words = Pick<Failure, 'code' | 'message'>;

/**
 * A call that got no answer of AWS, in words for people; the texts of the SDK and of Node.js are not.
 * @returns undefined for any other error: one of AWS has AWS's code and words
 */
export function transportFailure(error: ThrownError): Words | undefined {
  const { name, message } = error;
  const code = typeof error.code === 'string' ? error.code : '';
  if (name === 'AbortError') return { code: 'Deadline', message: STOPPED };
  const problem = SYSTEM[code]?.(error);
  if (problem !== undefined) return { code, message: problem };
  if (name === 'TimeoutError') return { code: name, message: timeout(message) };
  if (/^(EPROTO|HPE_|ERR_SSL)/.test(code))
    return { code, message: 'what answers there does not speak HTTP or TLS as AWS does' };
  // Node.js explains these well, such as "self-signed certificate in certificate chain".
  if (/CERT|UNABLE_TO/.test(code)) return { code, message: `no TLS connection to AWS: ${message}` };
  const words = notFromAws(error.$metadata?.httpStatusCode);
  if (UNREADABLE.test(message) || UNNAMED.has(name)) return words;
  return UNNAMED.has(message) ? { ...words, code: name } : undefined;
}

const STOPPED = 'the run was stopped, or ran out of time, before AWS answered';

const broken = (): string => 'the connection broke before the response was complete';
const unknownHost = ({ hostname = 'the host of the endpoint' }: ThrownError): string =>
  `${hostname} has no address`;
const noRoute = (error: ThrownError): string => `there is no route to ${addressOf(error)}`;
const SYSTEM: Readonly<Record<string, ((error: ThrownError) => string) | undefined>> = {
  ECONNRESET: broken,
  EPIPE: broken,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  ECONNREFUSED: (error) => `nothing listens at ${addressOf(error)}`,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
};

function addressOf({ address, port, errors }: ThrownError): string {
  const first = errors?.[0];
  if (address === undefined && first) return addressOf(first);
  return `${address ?? 'the endpoint'}${port === undefined ? '' : `:${port}`}`;
}

/** The SDK's text names the limit. */
function timeout(message: string): string {
  const limit = /(\d+) ms/.exec(message)?.[1];
  const what = /establish/.test(message) ? 'no connection' : 'no response';
  return limit === undefined ? `${what} in time` : `${what} within ${Number(limit) / 1000} s`;
}

/** How the SDK reports a response that it cannot parse, and one without an error code. */
const UNREADABLE = /Deserialization error/;
const UNNAMED = new Set(['Unknown', 'UnknownError']);

function notFromAws(status = 200): Words {
  const check = 'Check what answers for AWS there (--endpoint-url, a proxy)';
  if (status < 300) return { code: 'NotFromAws', message: `the response cannot be read. ${check}` };
  return { code: `HTTP ${status}`, message: `the response has no error of AWS. ${check}` };
}
