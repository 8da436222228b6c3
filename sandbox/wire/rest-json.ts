import type { Protocol } from './response.ts';

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const REST_JSON_PROTOCOL: Protocol<Readonly<Record<string, unknown>>> = {
  response: (_callName, result, requestId) => ({
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: JSON.stringify(result),
  }),
  error: ({ code, status, message, members }, requestId) => ({
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': code,
    },
    body: JSON.stringify({ Message: message, ...members }),
  }),
};
