import { failureText } from '../aws/failure.ts';
import type { NoticeChannel, NoticeFailed, NoticeSent } from '../ledger/record.ts';
import { printable } from './printable.ts';

const CHANNELS: Readonly<Record<NoticeChannel, string>> = {
  events: 'EventBridge',
  topic: 'SNS topic',
  mail: 'mail',
};

/** Who was told about a run, a line for each channel, and each failure with its reason. Pure. */
export function noticeLines(told: readonly (NoticeSent | NoticeFailed)[]): string[] {
  const channels = [...new Set(told.map(({ channel }) => channel))];
  return channels.flatMap((channel) => {
    const own = told.filter((notice) => notice.channel === channel);
    const failed = own.filter((notice) => notice.type === 'notice-failed');
    const sent = sum(own.filter((notice) => notice.type === 'notice-sent'));
    const failures = failed.length > 0 ? `, ${sum(failed)} failed` : '';
    return [`${CHANNELS[channel]}  ${sent} sent${failures}`, ...failed.map(failureLine)];
  });
}

function failureLine({ label, failure }: NoticeFailed): string {
  return `  ${printable(`${label}: ${failureText(failure)}`)}`;
}

function sum(notices: readonly { readonly count: number }[]): number {
  return notices.reduce((total, { count }) => total + count, 0);
}
