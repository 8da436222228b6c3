import { readRecords, readWriter } from '../../ledger/read-run.ts';
import { NOTICES_WRITER } from '../../ledger/run-keys.ts';
import { noticeRuns } from '../../ledger/scheduled-runs.ts';
import type { RunContext } from '../run-context.ts';

/**
 * The keys of a scheduled sweep that are left alone because notices.required is true and their owner got no
 * mail: one tag that holds no address must not stop the sweep of all others.
 * @returns access key IDs
 * @throws UnreadableLedgerError, the store's error
 */
export async function notNotified({
  config,
  store,
  scheduledFor,
}: Pick<RunContext, 'config' | 'store' | 'scheduledFor'>): Promise<string[]> {
  if (!config.notices.required || scheduledFor === undefined) return [];
  const runs = await noticeRuns(store, config.schedule, new Date(scheduledFor));
  const runId = runs.find(({ ended }) => ended)?.runId;
  if (runId === undefined) return [];
  const { records } = await readWriter(store, runId, NOTICES_WRITER);
  const failed = new Set(
    records.flatMap((one) =>
      one.type === 'notice-failed' && one.channel === 'mail' ? [normal(one.label)] : [],
    ),
  );
  if (failed.size === 0) return [];
  const keys: string[] = [];
  for await (const record of readRecords(store, runId)) {
    if (record.type !== 'account-planned') continue;
    const untold = record.contacts?.filter(({ address }) => failed.has(normal(address))) ?? [];
    const users = new Set(untold.map(({ userName }) => userName));
    keys.push(
      ...record.decisions.filter(({ userName }) => users.has(userName)).map((key) => key.accessKeyId),
    );
  }
  return keys;
}

/** As report/recipients.ts compares addresses. */
function normal(address: string): string {
  return address.trim().toLowerCase();
}
