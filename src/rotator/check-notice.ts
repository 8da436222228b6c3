import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readWriter } from '../ledger/read-run.ts';
import { NOTICES_WRITER } from '../ledger/run-keys.ts';
import { noticeRuns } from '../ledger/scheduled-runs.ts';
import { channelNames, channelsOf } from '../publish/channels.ts';
import { maxRunTime } from '../deployment/run-times.ts';

/**
 * Whether a slot needs no more notice: its notice run has ended, or started recently enough to be running.
 * @throws UnreadableLedgerError, the store's error
 */
export async function isNoticeGiven(
  config: Config,
  store: ObjectStore,
  slot: Date,
  now: Date,
): Promise<boolean> {
  const runs = await noticeRuns(store, config.schedule, slot);
  return runs.some(({ at, ended }) => ended || now.getTime() - Date.parse(at) < maxRunTime(config));
}

/**
 * Why the sweep of a slot must not revoke anything if notices.required is true; undefined: it may.
 * @throws UnreadableLedgerError, the store's error
 */
export async function missingNotice(
  config: Config,
  store: ObjectStore,
  slot: Date,
): Promise<string | undefined> {
  if (!config.notices.required) return undefined;
  const runId = (await noticeRuns(store, config.schedule, slot)).find(({ ended }) => ended)?.runId;
  const consequence = 'so nothing was revoked (notices.required is true)';
  if (runId === undefined)
    return (
      `No notice was given for the sweep of ${slot.toISOString()}, ${consequence}. ` +
      'Check the log of the Lambda for mode notice.'
    );
  const { records } = await readWriter(store, runId, NOTICES_WRITER);
  const missed = channelNames(channelsOf(config)).filter(
    (channel) => !records.some((record) => record.type === 'notice-sent' && record.channel === channel),
  );
  // Of a mail that failed, only the keys are left alone: sweep/plan/check-limits.ts
  const isGiven = records.every((one) => one.type !== 'notice-failed' || one.channel === 'mail');
  if (missed.length === 0 && isGiven) return undefined;
  return (
    `Not everybody was notified of the sweep of ${slot.toISOString()}, ${consequence}. ` +
    `Run keysweep show ${runId} to see who was not.`
  );
}
