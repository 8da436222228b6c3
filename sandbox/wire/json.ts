import type { HttpResponse, Protocol } from './response.ts';

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const JSON_PROTOCOL: Protocol<Readonly<Record<string, unknown>>> = {
  response: (_callName, result, requestId) => jsonResponse(200, result, requestId),
  error: ({ code, status, message, members }, requestId) =>
    jsonResponse(status, { __type: code, Message: message, ...members }, requestId),
};

function jsonResponse(status: number, body: unknown, requestId: string): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: JSON.stringify(body),
  };
}
