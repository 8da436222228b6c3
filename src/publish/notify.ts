import { PublishCommand } from '@aws-sdk/client-sns';

import type { NoticeClients } from '../aws/clients.ts';
import type { Failure } from '../aws/failure.ts';
import { MAIL_ADDRESS } from '../config/field.ts';
import type { NoticeChannel, NoticeFailed, NoticeSent } from '../ledger/record.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import { plannedEvents, sweepEvents, failureEvent, type RunFailure } from '../report/events.ts';
import type { KeysweepEvent } from '../report/event-schemas.ts';
import {
  noticeMessage,
  personalMessage,
  sweepMessage,
  failureMessage,
  type Message,
} from '../report/messages.ts';
import { recipientsOf } from '../report/recipients.ts';
import { upcoming } from '../report/upcoming.ts';
import { attempt } from './attempt.ts';
import type { Channels } from './channels.ts';
import { putEvents } from './put-events.ts';
import { sendMails } from './send-mails.ts';

/** What telling needs; nothing of it is global. */
export interface Notifier {
  readonly channels: Channels;
  readonly clients: NoticeClients;
  /** Of the times that people read. */
  readonly timezone: string;
  /** What is not sent by then is not sent. */
  readonly signal: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly now: () => Date;
}

export type NoticeResult = NoticeSent | NoticeFailed;

/** What there is to tell, by channel. */
interface News {
  readonly events: Iterable<KeysweepEvent>;
  readonly message: Message;
}

/**
 * Tells of a run that has ended: of a sweep how it went, of a notice run what the next sweep will do, and of that also each
 * person who loses keys. A plan that nobody was promised is nobody's news.
 * @returns what was told and what was not; never rejects
 */
export async function notifyOfRun(run: StoredRun, telling: Notifier): Promise<readonly NoticeResult[]> {
  const { started, summary } = run;
  if (!summary) return [];
  const { noticeFor } = started;
  if (noticeFor !== undefined) {
    const message = noticeMessage(run, new Date(noticeFor), telling.timezone);
    const told = await tell({ events: plannedEvents(run, noticeFor), message }, telling);
    return [...told, ...(await tellPeople(run, new Date(noticeFor), telling))];
  }
  if (started.mode !== 'sweep') return [];
  return tell({ events: sweepEvents(run, summary), message: sweepMessage(run, summary) }, telling);
}

/** Tells of a sweep that broke off or did not run. Never rejects. */
export function notifyOfFailure(trouble: RunFailure, telling: Notifier): Promise<readonly NoticeResult[]> {
  return tell({ events: [failureEvent(trouble)], message: failureMessage(trouble) }, telling);
}

async function tell({ events, message }: News, telling: Notifier): Promise<readonly NoticeResult[]> {
  const told = await Promise.all([tellBus(events, telling), tellTopic(message, telling)]);
  return told.flat();
}

async function tellBus(
  events: Iterable<KeysweepEvent>,
  { channels: { bus }, clients, signal, pause, now }: Notifier,
): Promise<NoticeResult[]> {
  if (bus === undefined) return [];
  const { taken, failed } = await putEvents(events, { client: clients.eventBridge, bus, signal, pause });
  const at = now();
  const sent = [...taken].map(([label, count]): NoticeSent => ({
    type: 'notice-sent',
    at: at.toISOString(),
    channel: 'events',
    label,
    count,
  }));
  const results = failed.map(({ event, failure }) => ({ label: event.detailType, failure }));
  return [...sent, ...counted('events', results, at)];
}

async function tellTopic(
  { subject, body }: Message,
  { channels: { topicArn }, clients, signal, now }: Notifier,
): Promise<NoticeResult[]> {
  if (topicArn === undefined) return [];
  const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: body });
  const failure = await attempt('sns:Publish', signal, () =>
    clients.sns.send(command, { abortSignal: signal }),
  );
  return counted('topic', [{ label: subject, failure }], now());
}

/** Each person once; what stands in the tag and is no address is a failure, and nobody to tell is told as 0. */
async function tellPeople(run: StoredRun, sweepAt: Date, telling: Notifier): Promise<NoticeResult[]> {
  const { channels, clients, timezone, signal, now } = telling;
  if (!channels.mail) return [];
  const { from, perSecond, userTag } = channels.mail;
  const { reachable, unreachable, unknown } = recipientsOf(upcoming(run), MAIL_ADDRESS);
  const mails = reachable.map((person) => ({
    to: person.address,
    message: personalMessage(person, run, sweepAt, timezone),
  }));
  const sent = await sendMails(mails, { client: clients.ses, from, perSecond, signal });
  const results = [
    ...sent.map(({ to, failure }) => ({ label: to, failure })),
    ...unreachable.map(({ address }) => ({ label: address, failure: noAddress(userTag) })),
  ];
  const nobody = `users without the tag ${userTag}, who were not written to: ${unknown}`;
  return [
    { type: 'notice-sent', at: now().toISOString(), channel: 'mail', label: nobody, count: 0 },
    ...counted('mail', results, now()),
  ];
}

function noAddress(userTag: string): Failure {
  const message = `what stands in the tag ${userTag} is no mail address`;
  return { kind: 'failed', call: 'ses:SendEmail', code: 'NoMailAddress', message };
}

interface Result {
  readonly label: string;
  readonly failure: Failure | undefined;
}

/** One record for all that went the same way. */
function counted(channel: NoticeChannel, results: readonly Result[], now: Date): NoticeResult[] {
  const at = now.toISOString();
  const records = new Map<string, NoticeResult>();
  for (const { label, failure } of results) {
    const key = `${label}\n${failure?.code ?? ''}`;
    const count = (records.get(key)?.count ?? 0) + 1;
    const about = { at, channel, label, count };
    records.set(
      key,
      failure ? { type: 'notice-failed', ...about, failure } : { type: 'notice-sent', ...about },
    );
  }
  return [...records.values()];
}

/** How many notices a channel did not take. */
export function failedNotices(told: readonly NoticeResult[]): number {
  return told.reduce((sum, notice) => sum + (notice.type === 'notice-failed' ? notice.count : 0), 0);
}

export function sentNotices(told: readonly NoticeResult[]): number {
  return told.reduce((sum, notice) => sum + (notice.type === 'notice-sent' ? notice.count : 0), 0);
}
