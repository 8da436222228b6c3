import type { IncomingMessage } from 'node:http';
import { SERVICE_NAMES, type ServiceName } from './service-name.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export interface Signature {
  readonly accessKeyId: string;
  /** Session token. */
  readonly token: string | undefined;
  readonly region: string;
  /** Undefined for a service that the sandbox does not have. */
  readonly service: ServiceName | undefined;
}

/** Query has strings such as `Tags.member.1.Key`, JSON any JSON values. */
export type CallParameters = Readonly<Record<string, unknown>>;

export interface NamedCall {
  /** Empty if the request names none. */
  readonly name: string;
  readonly parameters: CallParameters;
}

/** Undefined for an unsigned request. */
export function signatureOf(headers: HttpRequest['headers']): Signature | undefined {
  const scope = /Credential=([^/\s]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '');
  if (!scope) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = scope;
  return {
    accessKeyId,
    region,
    service: SERVICE_NAMES.find((name) => name === service),
    token: oneHeader(headers['x-amz-security-token']),
  };
}

/** The call in a Query request: a form with `Action` in the body or, from some clients, in the URL. */
export function queryCall({ body, url }: HttpRequest): NamedCall {
  const parameters: Record<string, string> = {};
  const form = new URLSearchParams(body.length > 0 ? body.toString() : url.search);
  for (const [name, value] of form) if (name !== 'Action' && name !== 'Version') parameters[name] = value;
  return { name: form.get('Action') ?? '', parameters };
}

/**
 * The call in a JSON request, which names it in `X-Amz-Target`.
 * @throws SyntaxError if the body is not a JSON object
 */
export function jsonCall({ body, headers }: HttpRequest): NamedCall {
  const name = oneHeader(headers['x-amz-target'])?.split('.').at(-1) ?? '';
  const parameters: unknown = body.length > 0 ? JSON.parse(body.toString()) : {};
  if (typeof parameters !== 'object' || parameters === null)
    throw new SyntaxError('The body is not a JSON object.');
  return { name, parameters: parameters as CallParameters };
}

export function oneHeader(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
