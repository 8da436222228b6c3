import type { Config, Notices } from '../config/schema.ts';
import { deploymentNames } from '../deployment/names.ts';
import type { NoticeChannel } from '../ledger/record.ts';

/** Where notices go. */
export interface Channels {
  /** Of bus, topic and sender; undefined: that of the caller. */
  readonly region: string | undefined;
  /** Name of the event bus. */
  readonly bus: string | undefined;
  readonly topicArn: string | undefined;
  readonly mail: Notices['mail'];
}

/** What accounts.json asks for. The topic is made by a deployment, so there is none without. */
export function channelsOf({ notices, deployment }: Config): Channels {
  return {
    region: deployment?.region,
    bus: notices.events ? notices.eventBus : undefined,
    topicArn: notices.topic && deployment ? deploymentNames(deployment).noticeTopicArn : undefined,
    mail: notices.mail,
  };
}

/** The channels by which a notice run tells of a sweep. */
export function channelNames({ bus, topicArn, mail }: Channels): NoticeChannel[] {
  return [
    ...(bus === undefined ? [] : (['events'] as const)),
    ...(topicArn === undefined ? [] : (['topic'] as const)),
    ...(mail === undefined ? [] : (['mail'] as const)),
  ];
}
