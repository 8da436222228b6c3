import type { HttpResponse, Protocol } from './response.ts';
import { element } from './xml.ts';

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol(namespace: string): Protocol<string | undefined> {
  return {
    response: (callName, elements, requestId) => {
      const result = elements === undefined ? '' : `<${callName}Result>${elements}</${callName}Result>`;
      const metadata = `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`;
      const body = `<${callName}Response xmlns="${namespace}">${result}${metadata}</${callName}Response>`;
      return xmlResponse(200, body, requestId);
    },
    error: (error, requestId) => {
      const fields =
        element('Type', error.status < 500 ? 'Sender' : 'Receiver') +
        element('Code', error.code) +
        element('Message', error.message);
      const elements = `<Error>${fields}</Error>${element('RequestId', requestId)}`;
      const body = `<ErrorResponse xmlns="${namespace}">${elements}</ErrorResponse>`;
      return xmlResponse(error.status, body, requestId);
    },
  };
}

function xmlResponse(status: number, body: string, requestId: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
