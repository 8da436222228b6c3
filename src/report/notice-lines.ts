import { sum } from 'd3-array';

import { failureText } from '../aws/failure.ts';
import type { NoticeChannel, NoticeFailed, NoticeSent } from '../ledger/record.ts';
import { printable } from './printable.ts';

const CHANNELS: Readonly<Record<NoticeChannel, string>> = {
  events: 'EventBridge',
  topic: 'SNS topic',
  mail: 'mail',
  'security-hub': 'Security Hub',
};

/** A line for each channel, then one for each failure. */
export function noticeLines(notices: readonly (NoticeSent | NoticeFailed)[]): string[] {
  const channels = [...new Set(notices.map(({ channel }) => channel))];
  return channels.flatMap((channel) => {
    const own = notices.filter((notice) => notice.channel === channel);
    const failed = own.filter((notice) => notice.type === 'notice-failed');
    const sent = sum(own, ({ type, count }) => (type === 'notice-sent' ? count : 0));
    const failures = failed.length > 0 ? `, ${sum(failed, ({ count }) => count)} failed` : '';
    return [`${CHANNELS[channel]}  ${sent} sent${failures}`, ...failed.map(failureLine)];
  });
}

function failureLine({ label, failure }: NoticeFailed): string {
  return `  ${printable(`${label}: ${failureText(failure)}`)}`;
}
