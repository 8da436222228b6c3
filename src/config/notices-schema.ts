import * as z from 'zod';
import { notification } from './deployment-schema.ts';
import { MAIL_ADDRESS, text, wholeNumber } from './field.ts';

const topic = z.strictObject({
  subscribers: z
    .array(notification)
    .default([])
    .describe('Who is subscribed to the topic; others can subscribe themselves.'),
});

const mail = z.strictObject({
  from: text(MAIL_ADDRESS, 'a mail address such as keysweep@example.com').describe(
    'Sender of the mails: an identity that is verified in Amazon SES in the account and Region of the ' +
      'rotator.',
  ),
  userTag: text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'the key of an IAM tag, such as email').describe(
    'The IAM tag on a user that holds the mail address of its owner.',
  ),
  domains: z
    .array(text(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'a domain such as example.com'))
    .min(1, 'at least one domain')
    .optional()
    .describe(
      'Domains, in lower case, whose addresses get mails; those below them do not. Anybody who may tag ' +
        'a user chooses an address. Omitted: the domain of the sender.',
    ),
  perSecond: wholeNumber(1, 1000)
    .default(10)
    .describe(
      'Maximum number of mails sent per second. Amazon SES allows 14 in most accounts, ' +
        'and one in its sandbox.',
    ),
});

export const noticesSchema = z.strictObject({
  events: z.boolean().default(true).describe('Whether to send events to EventBridge (docs/events.md).'),
  eventBus: text(/^[A-Za-z0-9._/-]{1,256}$/, 'the name of an event bus')
    .default('default')
    .describe('The event bus, in the account and Region of the rotator; it must exist.'),
  topic: topic
    .optional()
    .describe('An SNS topic, created by the deployment, that gets the same as plain text. Omitted: none.'),
  mail: mail
    .optional()
    .describe('A mail to each person whose keys the next sweep will revoke. Omitted: none.'),
  required: z
    .boolean()
    .default(false)
    .describe(
      'true: a deployed sweep without a notice run revokes nothing, and the keys of a person whose mail ' +
        'failed stay; both make it not ok. Requires schedule.noticeHours.',
    ),
});

/** Without `domains`: that of the sender. */
export function mailDomains({ domains, from }: z.output<typeof mail>): readonly string[] {
  return domains ?? [from.slice(from.lastIndexOf('@') + 1).toLowerCase()];
}
