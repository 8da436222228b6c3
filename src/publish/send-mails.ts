import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import pThrottle from 'p-throttle';

import type { Message } from '../report/messages.ts';
import { attempt } from './attempt.ts';

const CALL = 'ses:SendEmail';

export interface Mail {
  readonly to: string;
  readonly message: Message;
}

export interface MailsToSend {
  readonly client: SESv2Client;
  readonly from: string;
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

/** Sends at most `perSecond` mails a second, and returns the results in the same order. Never rejects. */
export async function sendMails(mails: readonly Mail[], by: MailsToSend) {
  // p-throttle throws if it starts with an aborted signal.
  const options = by.signal.aborted ? {} : { signal: by.signal };
  const turn = pThrottle({ limit: by.perSecond, interval: 1000, ...options })(() => Promise.resolve());
  return Promise.all(
    mails.map(async (mail) => ({
      to: mail.to,
      failure: await attempt(CALL, by.signal, async () => {
        await turn();
        await by.client.send(command(mail, by.from), { abortSignal: by.signal });
      }),
    })),
  );
}

function command({ to, message }: Mail, from: string): SendEmailCommand {
  const text = (data: string) => ({ Data: data, Charset: 'UTF-8' });
  return new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [to] },
    Content: { Simple: { Subject: text(message.subject), Body: { Text: text(message.body) } } },
  });
}
