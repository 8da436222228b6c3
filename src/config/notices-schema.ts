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
      'true: a deployed sweep revokes nothing, and is not ok, unless its notice run notified everyone. ' +
        'Requires schedule.noticeHours.',
    ),
});
