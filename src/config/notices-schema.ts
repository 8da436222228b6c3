import * as z from 'zod';
import { notification } from './deployment-schema.ts';
import { MAIL_ADDRESS, text, wholeNumber } from './field.ts';

const topic = z.strictObject({
  subscribers: z
    .array(notification)
    .default([])
    .describe('Who subscribes to the topic; others can subscribe by themselves.'),
});

const mail = z.strictObject({
  from: text(MAIL_ADDRESS, 'a mail address such as keysweep@example.com').describe(
    'Sender of the mails: an identity that Amazon SES has verified in the account and Region of the rotator.',
  ),
  userTag: text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'the key of an IAM tag, such as email').describe(
    'The IAM tag of a user that holds the mail address of its owner.',
  ),
  perSecond: wholeNumber(1, 1000)
    .default(10)
    .describe(
      'Mails sent in a second at most. Amazon SES gives 14 to most accounts, and one in its sandbox.',
    ),
});

export const noticesSchema = z.strictObject({
  events: z.boolean().default(true).describe('Whether events go to EventBridge (docs/events.md).'),
  eventBus: text(/^[A-Za-z0-9._/-]{1,256}$/, 'the name of an event bus')
    .default('default')
    .describe('The event bus, in the account and Region of the rotator; it must exist.'),
  topic: topic
    .optional()
    .describe('An SNS topic, which the deployment makes, that gets the same as plain text. Left out: none.'),
  mail: mail.optional().describe('A mail to each person whose keys the next sweep takes. Left out: none.'),
  required: z
    .boolean()
    .default(false)
    .describe(
      'true: a deployed sweep revokes nothing, and is not ok, unless its notice run told everybody. Needs schedule.noticeHours.',
    ),
});
