import type { HttpAnswer, Protocol } from '../../wire/response.ts';
import { leaf } from '../../wire/xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Calls of S3 make their own HTTP answers; errors look alike. */
export const S3_PROTOCOL: Protocol<HttpAnswer> = {
  answer: (_callName, answer, requestId) => ({
    ...answer,
    headers: { ...answer.headers, 'x-amz-request-id': requestId },
  }),
  error: ({ code, status, message, members }, requestId) => {
    const more = Object.entries(members).map(([name, value]) => leaf(name, value));
    const fields =
      leaf('Code', code) + leaf('Message', message) + more.join('') + leaf('RequestId', requestId);
    const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
    return { status, headers, body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}</Error>` };
  },
};

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers, body: '' };
}

export function xml(name: string, elements: string): HttpAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="${NAMESPACE}">${elements}</${name}>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
}
