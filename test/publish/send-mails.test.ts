import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { sendMails } from '../../src/publish/send-mails.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const mails = Array.from({ length: 25 }, (_, n) => ({
  to: `${n}@example.com`,
  message: { subject: 'subject', body: 'body' },
}));

it('sends mails at the allowed rate, and reports those that it had no time for', async () => {
  const send = vi.fn(() => Promise.resolve({}));
  const deadline = new AbortController();
  const client = { send } as unknown as SESv2Client;
  const sending = sendMails(mails, {
    client,
    from: 'keysweep@example.com',
    perSecond: 10,
    signal: deadline.signal,
  });
  await vi.advanceTimersByTimeAsync(500);
  expect(send).toHaveBeenCalledTimes(10);
  await vi.advanceTimersByTimeAsync(1000);
  expect(send).toHaveBeenCalledTimes(20);
  deadline.abort();
  const results = await sending;
  expect(results.filter(({ failure }) => failure === undefined)).toHaveLength(20);
  expect(results.at(-1)).toMatchObject({ to: '24@example.com', failure: { kind: 'not-reached' } });
});
