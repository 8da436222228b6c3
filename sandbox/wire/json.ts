import type { HttpAnswer, Protocol } from './response.ts';

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const JSON_PROTOCOL: Protocol<Readonly<Record<string, unknown>>> = {
  answer: (_callName, answer, requestId) => jsonAnswer(200, answer, requestId),
  error: ({ code, status, message, members }, requestId) =>
    jsonAnswer(status, { __type: code, Message: message, ...members }, requestId),
};

function jsonAnswer(status: number, body: unknown, requestId: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  };
}
