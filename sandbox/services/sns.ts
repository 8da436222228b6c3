import { randomUUID } from 'node:crypto';
import { ApiError } from '../wire/api-error.ts';
import type { Call, Operations } from '../calls/call.ts';
import { requiredText, text } from '../calls/parameters.ts';
import { leaf } from '../wire/xml.ts';

export const SNS_OPERATIONS: Operations<string | undefined> = {
  Publish: { writes: true, resource: (call) => ({ arn: requiredText(call, 'TopicArn') }), run: publish },
};

const MOST_BYTES = 256 * 1024;

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function publish(call: Call): string {
  const topicArn = requiredText(call, 'TopicArn');
  const body = requiredText(call, 'Message');
  const subject = text(call, 'Subject') ?? '';
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[\w-]+$/.test(topicArn)) throw invalid('TopicArn');
  if (subject !== '' && !/^[!-~][ -~]{0,99}$/.test(subject)) throw invalid('Subject');
  if (Buffer.byteLength(body) + subject.length > MOST_BYTES) throw invalid('Message too long');
  call.organization.sent.push({ kind: 'message', topicArn, subject, body });
  return leaf('MessageId', randomUUID());
}

function invalid(what: string): ApiError {
  return new ApiError('InvalidParameter', 400, `Invalid parameter: ${what}`);
}
