import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openClients, type Clients } from '../../src/aws/clients.ts';
import { maxSockets } from '../../src/aws/max-sockets.ts';
import type { Config } from '../../src/config/schema.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { channelsOf } from '../../src/publish/channels.ts';
import { notifyAndRecord } from '../../src/publish/notify-and-record.ts';
import { storeReportPage } from '../../src/publish/report-page.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import type { Progress } from '../../src/sweep/progress.ts';
import { runSweep } from '../../src/sweep/run.ts';
import type { Contender } from '../contender.ts';
import { configFor } from '../setting.ts';

const never = new AbortController().signal;

/**
 * The sweep as the command makes it, with its ledger in a folder; afterwards what the Lambda does: to tell of
 * it and keep its page.
 */
export const keysweep: Contender = async () => {
  const config = configFor();
  const clients = openClients({ sockets: maxSockets(config) });
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-bench-'));
  const store = openFolder(folder);
  const { progress, seconds } = clockMost();
  const summary = await runSweep(
    { mode: 'sweep', filters: {} },
    {
      config,
      clients,
      store,
      deadline: deadlineOn(never, never),
      progress,
      now: () => new Date(),
      random: () => '000',
      host: 'benchmark',
    },
  );
  return {
    failed: failureOf(summary),
    mostDoneSeconds: seconds(),
    afterwards: async () => {
      await tellOf(summary, config, clients, store);
      clients.close();
      await rm(folder, { recursive: true });
    },
  };
};

/** Notes when 98 of 100 accounts were done. */
function clockMost(): { readonly progress: Progress; readonly seconds: () => number } {
  const started = performance.now();
  let ended = started;
  return {
    progress: (step) => {
      if (step.step === 'applying' && step.done <= 0.98 * step.total) ended = performance.now();
    },
    seconds: () => (ended - started) / 1000,
  };
}

/** @throws when the page cannot be made */
async function tellOf({ runId }: RunSummary, config: Config, clients: Clients, store: ObjectStore) {
  const telling = {
    channels: channelsOf(config),
    clients: clients.notices(undefined),
    timezone: config.schedule.timezone,
    signal: never,
    pause: () => Promise.resolve(),
    now: () => new Date(),
  };
  await notifyAndRecord(runId, store, telling, () => undefined);
  const problem = await storeReportPage(store, runId);
  if (problem !== undefined) throw new Error(problem);
}

function failureOf({ verdict, accounts, problems }: RunSummary): string {
  return verdict === 'ok' ? '' : `${verdict} ${JSON.stringify(accounts)} ${problems.join('; ')}`;
}
