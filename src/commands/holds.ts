import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { readDenyList } from '../ledger/deny-list.ts';
import { listMemories } from '../ledger/memory.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { holdLines, renderHolds, type HoldLine } from '../report/holds.ts';
import { json } from '../report/json.ts';
import { leakedLine, renderDenyList } from '../report/leaked-keys.ts';
import { storeReportPage } from '../publish/report-page.ts';
import { liftHolds } from '../sweep/undo/lift-holds.ts';
import { useLedger, type UsedLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { requiredReason, type Options } from './options.ts';
import { sendNotices } from './send-notices.ts';
import { stopOnSignals } from './signals.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './errors.ts';

type HoldsOptions = Options & { readonly lift?: readonly string[] };

/** @throws UsageError if a key to lift is not on hold; LockHeldError; UnreadableLedgerError */
export async function holds(options: HoldsOptions, terminal: Terminal): Promise<ExitCode> {
  const { print, say, style } = terminal;
  const config = options.lift && (await loadConfig(options.config));
  const use = async ({ store, ...ledger }: UsedLedger): Promise<ExitCode> => {
    if (options.lift && config) {
      await lift(options.lift, options, { store, ...ledger, config }, terminal);
      say(`Lifted the hold on ${options.lift.join(', ')}. The next sweep may revoke what is not on hold.`);
    }
    const lines = await linesOf(store);
    const leaked = [...(await readDenyList(store)).values()].map(leakedLine);
    const tables = [renderHolds(lines, THIS_PROCESS.now(), style), renderDenyList(leaked, style)];
    print(
      options.json === true
        ? json<'holds'>({ holds: lines, leaked })
        : tables.filter((table) => table !== '').join('\n\n'),
    );
    return 0;
  };
  return useLedger(options, use, { config, writes: options.lift !== undefined });
}

async function linesOf(store: ObjectStore): Promise<HoldLine[]> {
  const lines: HoldLine[] = [];
  for await (const { accountId, memory } of listMemories(store))
    lines.push(...holdLines(accountId, memory.keys, THIS_PROCESS.now()));
  return lines;
}

interface Connected extends UsedLedger {
  readonly config: Config;
}

/** As a run, under the lock, because a sweep writes the same files. */
async function lift(
  accessKeyIds: readonly string[],
  options: HoldsOptions,
  { store, clients, config, otherLedger }: Connected,
  terminal: Terminal,
): Promise<void> {
  const reason = requiredReason(options, 'keysweep holds --lift KEY');
  const held = await linesOf(store);
  const unknown = accessKeyIds.filter((id) => !held.some(({ accessKeyId }) => accessKeyId === id));
  if (unknown.length > 0) {
    throw new UsageError(`There is no hold on ${unknown.join(', ')}. Run keysweep holds to list the holds.`);
  }
  const { runId, warnings } = await stopOnSignals(terminal, (deadline) =>
    liftHolds(accessKeyIds, reason, {
      ...{ ...THIS_PROCESS, config, clients, store, deadline, otherLedger },
      progress: terminal.progress,
    }),
  );
  await sendNotices({ runId, config, clients, store }, terminal);
  const problem = await storeReportPage(store, runId);
  for (const text of [...warnings, ...(problem === undefined ? [] : [problem])]) terminal.say(text);
}
