import { setTimeout as wait } from 'node:timers/promises';

import { PublishCommand } from '@aws-sdk/client-sns';

import type { Clients, NoticeClients } from '../aws/clients.ts';
import type { Failure } from '../aws/failure.ts';
import { MAIL_ADDRESS } from '../config/field.ts';
import type { Config } from '../config/schema.ts';
import { mailDomains } from '../config/notices-schema.ts';
import type { NoticeChannel, NoticeFailed, NoticeSent, RunSummary } from '../ledger/record.ts';
import type { StoredRun } from '../ledger/stored-run.ts';
import {
  plannedEvents,
  restoredEvents,
  revokedEvents,
  sweepEvents,
  failureEvent,
  type RunFailure,
} from '../report/events.ts';
import type { KeysweepEvent } from '../report/event-schemas.ts';
import {
  noticeMessage,
  personalMessage,
  restoreMessage,
  sweepMessage,
  failureMessage,
  type Message,
} from '../report/messages.ts';
import { recipientsOf, type Recipient } from '../report/recipients.ts';
import { upcoming } from '../report/upcoming.ts';
import { attempt } from './attempt.ts';
import { channelsOf, type Channels } from './channels.ts';
import { putEvents } from './put-events.ts';
import { sendMails } from './send-mails.ts';

export interface Notifier {
  readonly channels: Channels;
  readonly clients: NoticeClients;
  /** For the times in messages. */
  readonly timezone: string;
  /** Nothing is sent after it aborts. */
  readonly signal: AbortSignal;
  readonly pause: (milliseconds: number) => Promise<unknown>;
  readonly now: () => Date;
}

/** @param signal nothing is sent after it aborts */
export function openNotifier(
  config: Config,
  clients: Pick<Clients, 'notices'>,
  now: () => Date,
  signal: AbortSignal,
): Notifier {
  const channels = channelsOf(config);
  return {
    ...{ channels, signal, now },
    clients: clients.notices(channels.region),
    timezone: config.schedule.timezone,
    pause: (milliseconds) => wait(milliseconds),
  };
}

export type NoticeResult = NoticeSent | NoticeFailed;

export interface Notice {
  readonly events: Iterable<KeysweepEvent>;
  /** Read only for a topic: that of a large run is much work. */
  readonly message: Message;
}

/**
 * Notifies of an ended run: how a sweep ended, which keys an undo or a lift restored, or what the next sweep
 * will do, by mail also to each person who loses keys. Other plans send nothing. Never rejects.
 */
export async function sendRunNotices(run: StoredRun, notifier: Notifier): Promise<readonly NoticeResult[]> {
  const { started, summary } = run;
  if (!summary || (started.mode === 'plan' && started.noticeFor === undefined)) return [];
  const results = await sendNotice(noticeOf(run, summary, notifier.timezone), notifier);
  if (started.noticeFor === undefined) return results;
  return [...results, ...(await mailPeople(run, new Date(started.noticeFor), notifier))];
}

function noticeOf(run: StoredRun, summary: RunSummary, timezone: string): Notice {
  const { noticeFor, mode } = run.started;
  if (noticeFor !== undefined)
    return {
      events: plannedEvents(run, noticeFor),
      message: noticeMessage(run, new Date(noticeFor), timezone),
    };
  const isSweep = mode === 'sweep';
  const revokedOrRestored = mode === 'revoke' ? revokedEvents : restoredEvents;
  return {
    events: isSweep ? sweepEvents(run, summary) : revokedOrRestored(run),
    get message() {
      return isSweep ? sweepMessage(run, summary) : restoreMessage(run, summary);
    },
  };
}

/** Notifies of a sweep that was interrupted or did not run. Never rejects. */
export function sendFailureNotices(
  failure: RunFailure,
  notifier: Notifier,
): Promise<readonly NoticeResult[]> {
  return sendNotice({ events: [failureEvent(failure)], message: failureMessage(failure) }, notifier);
}

/** To the bus and the topic. Never rejects. */
export async function sendNotice(notice: Notice, notifier: Notifier): Promise<readonly NoticeResult[]> {
  // Before anything is sent, so that nothing is if it cannot be made.
  const message = notifier.channels.topicArn === undefined ? undefined : notice.message;
  return (await Promise.all([publishToBus(notice, notifier), publishToTopic(message, notifier)])).flat();
}

async function publishToBus(
  { events }: Notice,
  { channels: { bus }, clients, signal, pause, now }: Notifier,
): Promise<NoticeResult[]> {
  if (bus === undefined) return [];
  const { accepted, failed } = await putEvents(events, { client: clients.eventBridge, bus, signal, pause });
  const at = now();
  const sent = [...accepted].map(([label, count]): NoticeSent => ({
    type: 'notice-sent',
    at: at.toISOString(),
    channel: 'events',
    label,
    count,
  }));
  const results = failed.map(({ event, failure }) => ({ label: event.detailType, failure }));
  return [...sent, ...countResults('events', results, at)];
}

async function publishToTopic(
  message: Message | undefined,
  { channels: { topicArn }, clients, signal, now }: Notifier,
): Promise<NoticeResult[]> {
  if (topicArn === undefined || message === undefined) return [];
  const { subject, body } = message;
  const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: body });
  const failure = await attempt('sns:Publish', signal, () =>
    clients.sns.send(command, { abortSignal: signal }),
  );
  return countResults('topic', [{ label: subject, failure }], now());
}

/**
 * One mail a person. An address that is invalid or not allowed is a failure; users without the tag are
 * recorded as 0 mails.
 */
async function mailPeople(run: StoredRun, sweepAt: Date, notifier: Notifier): Promise<NoticeResult[]> {
  const { channels, clients, timezone, signal, now } = notifier;
  if (!channels.mail) return [];
  const { from, perSecond, userTag } = channels.mail;
  const domains = mailDomains(channels.mail);
  const { reachable, unreachable, unknown } = recipientsOf(
    upcoming(run),
    (address) => MAIL_ADDRESS.test(address) && domains.some((domain) => address.endsWith(`@${domain}`)),
  );
  const mails = reachable.map((person) => ({
    to: person.address,
    message: personalMessage(person, run, sweepAt, timezone),
  }));
  const sent = await sendMails(mails, { client: clients.ses, from, perSecond, signal });
  const results = [
    ...sent.map(({ to, failure }, at) => ({ label: to, failure, accessKeyIds: keysOf(reachable[at]) })),
    ...unreachable.map((person) => ({
      ...{ label: person.address, failure: refusal(person.address, userTag) },
      accessKeyIds: keysOf(person),
    })),
  ];
  const untagged = `not notified, users without the tag ${userTag}: ${unknown}`;
  return [
    { type: 'notice-sent', at: now().toISOString(), channel: 'mail', label: untagged, count: 0 },
    ...countResults('mail', results, now()),
  ];
}

function keysOf(person: Recipient | undefined): string[] {
  return person?.revocations.map(({ key }) => key.accessKeyId) ?? [];
}

function refusal(address: string, userTag: string): Failure {
  const [code, message] = MAIL_ADDRESS.test(address)
    ? ['MailDomainNotAllowed', 'notices.mail.domains does not list the domain of this address.']
    : ['NoMailAddress', `The tag ${userTag} does not contain a mail address.`];
  return { kind: 'failed', call: 'ses:SendEmail', code, message };
}

export interface Result {
  readonly label: string;
  readonly failure: Failure | undefined;
  /** Of mails. */
  readonly accessKeyIds?: readonly string[];
}

/** One record for all results with the same label and error code. */
export function countResults(channel: NoticeChannel, results: readonly Result[], now: Date): NoticeResult[] {
  const at = now.toISOString();
  const records = new Map<string, NoticeResult>();
  for (const { label, failure, accessKeyIds } of results) {
    const key = `${label}\n${failure?.code ?? ''}`;
    const count = (records.get(key)?.count ?? 0) + 1;
    const about = { at, channel, label, count };
    const failed = { type: 'notice-failed', ...about, ...(accessKeyIds && { accessKeyIds }) } as const;
    records.set(key, failure ? { ...failed, failure } : { type: 'notice-sent', ...about });
  }
  return [...records.values()];
}

export function countNotices(results: readonly NoticeResult[], type: NoticeResult['type']): number {
  return results.reduce((sum, notice) => sum + (notice.type === type ? notice.count : 0), 0);
}
