import { HttpResponse } from '@smithy/core/protocols';
import type { HttpRequest, MetadataBearer, MiddlewareStack } from '@smithy/types';

import { inBetween } from './in-between.ts';

/** Any client of the SDK. */
export interface AwsClient<Input extends object, Output extends MetadataBearer> {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
  readonly config: { readonly protocol: { getShapeId(): string } };
}

type Headers = Readonly<Record<string, string>>;

/**
 * Makes a client reject a response that is not AWS's answer to the call: the SDK takes an empty or an HTML
 * page of a proxy, with status 200, for a write that was done. Changes the client.
 */
export function verifyResponses<Client, Input extends object, Output extends MetadataBearer>(
  client: Client & AwsClient<Input, Output>,
): Client & AwsClient<Input, Output> {
  // Such as aws.protocols#awsQuery: https://smithy.io/2.0/aws/protocols
  const protocol = client.config.protocol.getShapeId();
  client.middlewareStack.add(
    (next, context) => async (request) => {
      const { hostname } = request.request as HttpRequest;
      const result = await next(request);
      if (HttpResponse.isInstance(result.response))
        await verify(result.response, context.commandName ?? '', protocol, hostname);
      return result;
    },
    // Inside of the deserializer, so that it still gets the response.
    { name: 'verifyResponses', step: 'deserialize', priority: 'low' },
  );
  return client;
}

/** Of S3 only the headers are checked: the ledger checks what it reads. */
async function verify(
  response: HttpResponse,
  commandName: string,
  protocol: string,
  host: string,
): Promise<void> {
  const call = commandName.replace(/Command$/, '');
  const headers = response.headers as Headers;
  const isS3 = protocol.endsWith('#restXml');
  const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-request-id'];
  const isError = response.statusCode >= 300;
  const text = requestId && (isS3 || isError) ? '' : await readBody(response);
  const reject = (reason?: string) => inBetween(response, host, text, reason);
  if (isError) {
    if (!requestId && !isErrorOfAws(headers, text)) throw reject();
    return;
  }
  if (!requestId) throw reject('no request ID of AWS');
  if (isS3) {
    if (call === 'PutObject' && !headers['etag']) throw reject('no ETag of the object');
    return;
  }
  if (protocol.endsWith('#awsQuery') ? !isAnswerTo(call, text) : !text.startsWith('{'))
    throw reject(`no answer to ${call}`);
}

/** Some have no request ID, such as those that a service in front of AWS's own sends. */
function isErrorOfAws(headers: Headers, text: string): boolean {
  return (
    Object.keys(headers).some((name) => name.startsWith('x-amz')) ||
    /<Error(Response)?[\s>]/.test(text) ||
    /^\{.*"(__type|[cC]ode)"/s.test(text)
  );
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html, "Sample Response" */
function isAnswerTo(call: string, xml: string): boolean {
  const start = xml.replace(/^<\?xml[^>]*\?>\s*/, '').slice(0, call.length + 10);
  return /^<(\w+)[\s>]/.exec(start)?.[1] === `${call}Response` && xml.endsWith(`</${call}Response>`);
}

/** Puts the body back for the deserializer. Unread, it would keep its connection. */
async function readBody(response: HttpResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  response.body = bytes;
  return bytes.toString().trim();
}
