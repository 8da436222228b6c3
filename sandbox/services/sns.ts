import { randomUUID } from 'node:crypto';
import type { Call, Operations } from '../calls/call.ts';
import { optionalString, requiredString } from '../calls/parameters.ts';
import { ApiError } from '../wire/api-error.ts';
import { element } from '../wire/xml.ts';

export const SNS_OPERATIONS: Operations<string | undefined> = {
  Publish: { writes: true, resource: (call) => ({ arn: requiredString(call, 'TopicArn') }), run: publish },
};

const MAX_BYTES = 256 * 1024;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function publish(call: Call): string {
  const topicArn = requiredString(call, 'TopicArn');
  const body = requiredString(call, 'Message');
  const subject = optionalString(call, 'Subject') ?? '';
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/.test(topicArn)) throw invalidParameter('TopicArn');
  if (subject !== '' && !/^[!-~][ -~]{0,99}$/.test(subject)) throw invalidParameter('Subject');
  if (Buffer.byteLength(body) + subject.length > MAX_BYTES) throw invalidParameter('Message too long');
  call.organization.sent.push({ kind: 'message', topicArn, subject, body });
  return element('MessageId', randomUUID());
}

function invalidParameter(what: string): ApiError {
  return new ApiError('InvalidParameter', 400, `Invalid parameter: ${what}`);
}
