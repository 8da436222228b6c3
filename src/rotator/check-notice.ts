import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { readWriter } from '../ledger/read-run.ts';
import { getSummary } from '../ledger/runs.ts';
import { runsSince } from '../ledger/scheduled-runs.ts';
import { channelNames, channelsOf } from '../publish/channels.ts';
import { NOTICES_WRITER } from '../publish/notify-and-record.ts';
import { maxRunTime } from '../deployment/run-times.ts';

const HOUR = 3_600_000;

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
  const runs = await noticeRuns(config, store, slot);
  return runs.some(({ at, ended }) => ended || now.getTime() - Date.parse(at) < maxRunTime(config));
}

/** Notice runs of a slot, newest first. */
async function noticeRuns(config: Config, store: ObjectStore, slot: Date) {
  const hours = Number(config.schedule.noticeHours) + 24;
  const runs = await runsSince(store, new Date(slot.getTime() - hours * HOUR));
  const forSlot = runs.filter(({ noticeFor }) => noticeFor === slot.toISOString());
  return Promise.all(
    forSlot.map(async ({ runId, at }) => ({
      runId,
      at,
      ended: (await getSummary(store, runId)) !== undefined,
    })),
  );
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
  const runId = (await noticeRuns(config, store, slot)).find(({ ended }) => ended)?.runId;
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
  if (missed.length === 0 && records.every(({ type }) => type !== 'notice-failed')) return undefined;
  return (
    `Not everybody was notified of the sweep of ${slot.toISOString()}, ${consequence}. ` +
    `Run keysweep show ${runId} to see who was not.`
  );
}
