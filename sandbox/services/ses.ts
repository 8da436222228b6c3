import { randomUUID } from 'node:crypto';
import type { Call, Operations, Resource } from '../calls/call.ts';
import { invalidParameter, requiredString } from '../calls/parameters.ts';
import { VALUES } from '../policy/context.ts';
import type { HttpRequest, NamedCall } from '../wire/request.ts';

type Json = Readonly<Record<string, unknown>>;

export const SES_OPERATIONS: Operations<Json> = {
  SendEmail: { writes: true, resource: identityResource, run: sendEmail },
};

/** @throws SyntaxError if the body is not JSON */
export function sesCall({ method, url, body }: HttpRequest): NamedCall {
  const isSend = method === 'POST' && url.pathname === '/v2/email/outbound-emails';
  return {
    name: isSend ? 'SendEmail' : '',
    parameters: (body.length > 0 ? JSON.parse(body.toString()) : {}) as Json,
  };
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html */
function identityResource(call: Call): Resource {
  const from = requiredString(call, 'FromEmailAddress');
  const prefix = `${call.organization.partition}:ses:${call.region}:${call.caller.accountId}`;
  return {
    arn: `arn:${prefix}:identity/${from.split('@')[1] ?? ''}`,
    context: (key) =>
      ({ 'ses:fromaddress': from, 'ses:recipients': recipientsOf(call).join(VALUES) || undefined })[key],
  };
}

interface Content {
  readonly Simple?: {
    readonly Subject?: { readonly Data?: string };
    readonly Body?: { readonly Text?: { readonly Data?: string } };
  };
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
function sendEmail(call: Call): Json {
  const { Content } = call.parameters;
  const to = recipientsOf(call);
  const { Simple: simple } = (Content ?? {}) as Content;
  const subject = simple?.Subject?.Data;
  const body = simple?.Body?.Text?.Data;
  if (to.length === 0 || subject === undefined || body === undefined)
    throw invalidParameter(call, 'Destination and Content must be given');
  const from = requiredString(call, 'FromEmailAddress');
  call.organization.sent.push({ kind: 'mail', from, to, subject, body });
  return { MessageId: randomUUID() };
}

function recipientsOf({ parameters: { Destination } }: Call): readonly string[] {
  return ((Destination ?? {}) as { readonly ToAddresses?: readonly string[] }).ToAddresses ?? [];
}
