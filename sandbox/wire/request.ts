import type { IncomingMessage } from 'node:http';
import type { Credentials } from '../calls/caller.ts';
import type { CallParameters } from '../calls/call.ts';
import type { ServiceName } from './common-errors.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the signature says about a request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export interface Signature extends Credentials {
  readonly region: string;
  readonly service: ServiceName | undefined;
}

export interface NamedCall {
  /** Empty when the request names none. */
  readonly name: string;
  readonly parameters: CallParameters;
}

const SERVICES: Readonly<Record<string, ServiceName>> = {
  iam: 'iam',
  sts: 'sts',
  organizations: 'organizations',
  tagging: 'tagging',
  s3: 's3',
  lambda: 'lambda',
  sns: 'sns',
  events: 'events',
  ses: 'ses',
  scheduler: 'scheduler',
  states: 'states',
};

/** Undefined for a request that nobody signed. */
export function signatureOf(headers: HttpRequest['headers']): Signature | undefined {
  const scope = /Credential=([^/\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '');
  if (!scope) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = scope;
  return {
    accessKeyId,
    region,
    service: SERVICES[service],
    token: oneHeader(headers['x-amz-security-token']),
  };
}

/** The call in a Query request: a form with `Action`, in the body or, as some clients do, in the URL. */
export function queryCall({ body, url }: HttpRequest): NamedCall {
  const parameters: Record<string, string> = {};
  const form = new URLSearchParams(body.length > 0 ? body.toString() : url.search);
  for (const [name, value] of form) if (name !== 'Action' && name !== 'Version') parameters[name] = value;
  return { name: form.get('Action') ?? '', parameters };
}

/**
 * The call in a JSON request: named by `X-Amz-Target`.
 * @throws SyntaxError when the body is no JSON
 */
export function jsonCall({ body, headers }: HttpRequest): NamedCall {
  const name = oneHeader(headers['x-amz-target'])?.split('.').at(-1) ?? '';
  const parameters: unknown = body.length > 0 ? JSON.parse(body.toString()) : {};
  if (typeof parameters !== 'object' || parameters === null) throw new SyntaxError('not an object');
  return { name, parameters: parameters as CallParameters };
}

export function oneHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
