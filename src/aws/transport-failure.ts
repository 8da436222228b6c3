import type { HttpResponse } from '@smithy/core/protocols';

import type { Failure } from './failure.ts';
import { inBetweenWords } from './in-between.ts';

/** What the SDK and Node.js throw. */
interface ThrownError extends Error {
  readonly code?: unknown;
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
  /** Of the request, and the proxy in front of it: `openHttpHandler` adds them. */
  readonly endpoint?: string;
  readonly proxy?: string | undefined;
  readonly $response?: HttpResponse;
}

type Words = Pick<Failure, 'code' | 'message'>;

/**
 * A call that got no answer of AWS, in words for people; the texts of the SDK and of Node.js are not.
 * @returns undefined for any other error: one of AWS has AWS's code and words
 */
export function transportFailure(error: ThrownError): Words | undefined {
  const { name, message, hostname, address, port = '', endpoint, proxy } = error;
  const code = typeof error.code === 'string' ? error.code : '';
  const place = hostname ?? (address && `${address}:${port}`);
  const asked = endpoint && proxy ? `${endpoint}, through the proxy ${proxy}` : endpoint;
  const at = (place ?? asked) ? ` (${place ?? asked})` : '';
  // Through a proxy, only its own address is looked up and connected to.
  const problem = PROBLEMS[code]?.replace('the endpoint', place && proxy ? 'the proxy' : 'the endpoint');
  if (name === 'AbortError') return { code: 'Deadline', message: STOPPED };
  if (problem !== undefined) return { code, message: `${problem}${at}` };
  if (name === 'TimeoutError') return { code: name, message: `${timeout(message)}${at}` };
  if (/^(EPROTO|HPE_|ERR_SSL)/.test(code))
    return { code, message: `what answers there does not speak HTTP or TLS as AWS does${at}` };
  // Node.js explains these well, such as "self-signed certificate in certificate chain".
  if (/CERT|UNABLE_TO/.test(code)) return { code, message: `no TLS connection to AWS${at}: ${message}` };
  const words = notFromAws(error);
  if (UNREADABLE.test(message) || UNNAMED.has(name)) return words;
  return UNNAMED.has(message) ? { ...words, code: name } : undefined;
}

const STOPPED = 'the run was stopped, or ran out of time, before AWS answered';

/** https://nodejs.org/api/errors.html#common-system-errors */
const PROBLEMS: Readonly<Record<string, string | undefined>> = {
  ECONNRESET: 'the connection broke before the response was complete',
  EPIPE: 'the connection broke before the request was sent',
  ENOTFOUND: 'the host of the endpoint has no address',
  EAI_AGAIN: 'the host of the endpoint cannot be looked up',
  ECONNREFUSED: 'nothing listens at the endpoint',
  EHOSTUNREACH: 'there is no route to the endpoint',
  ENETUNREACH: 'there is no route to the endpoint',
};

/** The SDK's text names the limit. */
function timeout(message: string): string {
  const limit = /(\d+) ms/.exec(message)?.[1];
  const what = /establish/.test(message) ? 'no connection' : 'no response';
  return limit === undefined ? `${what} in time` : `${what} within ${Number(limit) / 1000} s`;
}

/** How the SDK reports a response that it cannot parse, and one without an error code. */
const UNREADABLE = /Deserialization error/;
const UNNAMED = new Set(['Unknown', 'UnknownError']);

/** From AWS without a code, or from a client whose responses nobody verifies, such as that of a sign-in. */
function notFromAws({ $response }: ThrownError): Words {
  if ($response === undefined) return { code: 'NotFromAws', message: 'the response cannot be read' };
  const { statusCode, headers } = $response;
  const code = statusCode < 300 ? 'NotFromAws' : `HTTP ${statusCode}`;
  const isOfAws = Object.keys(headers).some((name) => name.startsWith('x-amz'));
  const message = `AWS sent ${statusCode < 300 ? 'a response that cannot be read' : 'no error code'}`;
  return { code, message: isOfAws ? message : inBetweenWords($response, ' ') };
}
