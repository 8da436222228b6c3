import type { HttpResponse, Protocol } from '../../wire/response.ts';
import { element } from '../../wire/xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Each call of S3 has a response of its own; errors are all alike. */
export const S3_PROTOCOL: Protocol<HttpResponse> = {
  response: (_callName, result, requestId) => ({
    ...result,
    headers: { ...result.headers, 'x-amz-request-id': requestId },
  }),
  error: ({ code, status, message, members, headers: own }, requestId) => {
    const memberElements = Object.entries(members).map(([name, value]) => element(name, value));
    const fields =
      element('Code', code) +
      element('Message', message) +
      memberElements.join('') +
      element('RequestId', requestId);
    const headers = { ...own, 'content-type': 'application/xml', 'x-amz-request-id': requestId };
    return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}</Error>` };
  },
};

export function emptyResponse(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers, body: '' };
}

export function xmlResponse(name: string, elements: string): HttpResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${elements}</${name}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
