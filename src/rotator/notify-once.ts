import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';

import { parseStored } from '../ledger/parse-stored.ts';
import type { LeakReport } from './leak-event.ts';
import type { Rotator } from './rotator.ts';

const noticeSchema = z.object({
  /** The request that sends or has sent it: every attempt of an invocation has the same. */
  by: z.string(),
  at: z.iso.datetime(),
  /** What it says. */
  said: z.array(z.string()),
  isSent: z.boolean(),
});
type StoredNotice = z.output<typeof noticeSchema>;

/** No invocation lasts longer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const MAX_ATTEMPT_MS = 15 * 60_000;

export interface EventNotice {
  /** Which another notice of the event may have said. */
  readonly said: readonly string[];
  /** Never rejects. @returns false if another attempt may help */
  readonly send: () => Promise<boolean>;
}

/**
 * Notifies of the keys of an event unless a notice of it has said the same. At least once: an attempt that
 * died while it notified, or could not, does so again. Never rejects.
 * @returns `elsewhere`: another invocation is notifying now, and may die
 */
export async function notifyOnce(
  { id }: LeakReport,
  { said, send }: EventNotice,
  { store, context, logger, now }: Rotator,
): Promise<'sent' | 'failed' | 'elsewhere'> {
  const object = `leak-events/${id}-notice.json`;
  const mine = {
    ...{ by: context.awsRequestId, at: now().toISOString() },
    ...{ said: said.toSorted(), isSent: false },
  };
  let stored: StoredNotice = mine;
  const claim = (body: string | undefined): string | undefined => {
    const other = body === undefined ? mine : parseStored(noticeSchema, body, object);
    const isSame = isDeepStrictEqual(other.said, mine.said);
    stored = isSame && (other.isSent || isSending(other, mine)) ? other : mine;
    return stored === mine ? JSON.stringify(mine) : body;
  };
  const warn = (error: unknown): void => {
    logger.warn('whether a notice was sent could not be recorded', { error });
  };
  if (id !== undefined) await store.update(object, claim).catch(warn);
  if (stored !== mine) return stored.isSent ? 'sent' : 'elsewhere';
  if (!(await send())) return 'failed';
  if (id !== undefined) await store.put(object, JSON.stringify({ ...mine, isSent: true })).catch(warn);
  return 'sent';
}

/** One that is dated in the future was not stored by an invocation. */
function isSending(other: StoredNotice, mine: StoredNotice): boolean {
  return other.by !== mine.by && Math.abs(Date.parse(mine.at) - Date.parse(other.at)) < MAX_ATTEMPT_MS;
}
