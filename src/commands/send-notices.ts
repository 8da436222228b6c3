import { messageOf } from '../config/errors.ts';
import type { Config } from '../config/schema.ts';
import { notifyAndRecord } from '../publish/notify-and-record.ts';
import { countNotices, openNotifier } from '../publish/notify.ts';
import type { UsedLedger } from './connect.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';

const MAX_MILLISECONDS = 60_000;

interface Ended extends Pick<UsedLedger, 'clients' | 'store'> {
  readonly runId: string;
  readonly config: Config;
}

/**
 * Notifies of a run from a terminal as the rotator does: bus and topic belong to the deployment, so without
 * one nobody is notified. Never rejects.
 */
export async function sendNotices(
  { runId, config, clients, store }: Ended,
  { say }: Terminal,
): Promise<void> {
  if (!config.deployment) return;
  const signal = AbortSignal.timeout(MAX_MILLISECONDS);
  try {
    await notifyAndRecord(runId, store, openNotifier(config, clients, THIS_PROCESS.now, signal), (sent) => {
      const failed = countNotices(sent, 'notice-failed');
      if (failed > 0) say(`Notices that could not be sent: ${failed}. keysweep show ${runId} says why.`);
    });
  } catch (error) {
    say(`Notices of run ${runId} could not be sent or recorded: ${messageOf(error)}`);
  }
}
