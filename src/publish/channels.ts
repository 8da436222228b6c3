import type { Config, Notices } from '../config/schema.ts';
import { deploymentNames } from '../deployment/names.ts';
import type { NoticeChannel } from '../ledger/record.ts';

export interface Channels {
  /** Of bus, topic and sender; undefined: the caller's. */
  readonly region: string | undefined;
  /** Name of the event bus. */
  readonly bus: string | undefined;
  readonly topicArn: string | undefined;
  readonly mail: Notices['mail'];
}

/** The topic belongs to the deployment, so without one there is no topic. */
export function channelsOf({ notices, deployment }: Config): Channels {
  return {
    region: deployment?.region,
    bus: notices.events ? notices.eventBus : undefined,
    topicArn: notices.topic && deployment ? deploymentNames(deployment).noticeTopicArn : undefined,
    mail: notices.mail,
  };
}

export function channelNames({ bus, topicArn, mail }: Channels): NoticeChannel[] {
  return [
    ...(bus === undefined ? [] : (['events'] as const)),
    ...(topicArn === undefined ? [] : (['topic'] as const)),
    ...(mail === undefined ? [] : (['mail'] as const)),
  ];
}
