import type { HttpAnswer, Protocol } from './response.ts';
import { leaf } from './xml.ts';

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol(namespace: string): Protocol<string | undefined> {
  return {
    answer: (callName, elements, requestId) => {
      const result = elements === undefined ? '' : `<${callName}Result>${elements}</${callName}Result>`;
      const metadata = `<ResponseMetadata>${leaf('RequestId', requestId)}</ResponseMetadata>`;
      const body = `<${callName}Response xmlns="${namespace}">${result}${metadata}</${callName}Response>`;
      return xmlAnswer(200, body, requestId);
    },
    error: (error, requestId) => {
      const type = leaf('Type', error.status < 500 ? 'Sender' : 'Receiver');
      const detail = `<Error>${type}${leaf('Code', error.code)}${leaf('Message', error.message)}</Error>`;
      const body = `<ErrorResponse xmlns="${namespace}">${detail}${leaf('RequestId', requestId)}</ErrorResponse>`;
      return xmlAnswer(error.status, body, requestId);
    },
  };
}

function xmlAnswer(status: number, body: string, requestId: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}
