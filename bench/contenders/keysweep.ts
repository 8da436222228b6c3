import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openClients } from '../../src/access/clients.ts';
import { socketsFor } from '../../src/access/sockets.ts';
import { openFolder } from '../../src/ledger/folder-store.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { deadlineOn } from '../../src/sweep/deadline.ts';
import { runSweep } from '../../src/sweep/run.ts';
import type { Contender } from '../contender.ts';
import { configFor } from '../setting.ts';
import { countingWork } from './work.ts';

/** The sweep as the command makes it, with its ledger in a folder. */
export const keysweep: Contender = async () => {
  const config = configFor();
  const clients = openClients({ sockets: socketsFor(config) });
  const folder = await mkdtemp(join(tmpdir(), 'keysweep-bench-'));
  const { store, work } = countingWork(openFolder(folder));
  try {
    const never = new AbortController().signal;
    const summary = await runSweep(
      { mode: 'sweep', filters: {} },
      {
        config,
        clients,
        store,
        deadline: deadlineOn(never, never),
        progress: () => undefined,
        now: () => new Date(),
        random: () => '000',
        host: 'benchmark',
      },
    );
    return { failed: failureOf(summary), work: work() };
  } finally {
    clients.close();
    await rm(folder, { recursive: true });
  }
};

function failureOf({ verdict, accounts, problems }: RunSummary): string {
  return verdict === 'ok' ? '' : `${verdict} ${JSON.stringify(accounts)} ${problems.join('; ')}`;
}
