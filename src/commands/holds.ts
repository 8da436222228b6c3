import type { Command } from 'commander';

import { acquireLock } from '../ledger/lock.ts';
import { liftHold, listMemories, readMemory, writeMemory } from '../ledger/memory.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { newRunId } from '../ledger/run-id.ts';
import { holdLines, renderHolds, type HoldLine } from '../report/holds.ts';
import { json } from '../report/json.ts';
import type { Act } from './action.ts';
import { useLedger } from './connect.ts';
import type { ExitCode } from './exit-code.ts';
import { withJson, withLedger, type JsonOptions, type LedgerOptions } from './options.ts';
import type { Terminal } from './terminal.ts';
import { THIS_PROCESS } from './this-process.ts';
import { UsageError } from './errors.ts';

type HoldsOptions = LedgerOptions & JsonOptions & { readonly lift?: readonly string[] };

export function addHolds(program: Command, act: Act): void {
  const command = program
    .command('holds')
    .summary('list or lift holds: keys that sweeps leave alone')
    .description(
      'Lists the keys that sweeps leave alone because an undo reactivated them, or lifts their holds.',
    )
    .option('--lift <key...>', 'lift the holds on these access keys: the next sweep may revoke them');
  withLedger(withJson(command))
    .addHelpText('after', '\nExamples:\n  keysweep holds\n  keysweep holds --lift AKIAIOSFODNN7EXAMPLE')
    .action(act(holds));
}

/** @throws UsageError if a key to lift is not on hold; LockHeldError; UnreadableLedgerError */
async function holds(options: HoldsOptions, { print, say, style }: Terminal): Promise<ExitCode> {
  return useLedger<ExitCode>(options, async (store) => {
    if (options.lift) {
      await lift(store, options.lift);
      say(`Lifted the hold on ${options.lift.join(', ')}. The next sweep may revoke what is not on hold.`);
    }
    const lines = await linesOf(store);
    print(
      options.json === true ? json<'holds'>({ holds: lines }) : renderHolds(lines, THIS_PROCESS.now(), style),
    );
    return 0;
  });
}

async function linesOf(store: ObjectStore): Promise<HoldLine[]> {
  const lines: HoldLine[] = [];
  for await (const { accountId, memory } of listMemories(store))
    lines.push(...holdLines(accountId, memory.keys));
  return lines;
}

/** Under the lock, because a sweep writes the same files. */
async function lift(store: ObjectStore, accessKeyIds: readonly string[]): Promise<void> {
  const held = await linesOf(store);
  const unknown = accessKeyIds.filter((id) => !held.some(({ accessKeyId }) => accessKeyId === id));
  if (unknown.length > 0) {
    throw new UsageError(`There is no hold on ${unknown.join(', ')}. Run keysweep holds to list the holds.`);
  }
  const { now, random, host } = THIS_PROCESS;
  const runId = newRunId(now(), random);
  const lock = await acquireLock(store, { runId, host, now });
  try {
    for (const accountId of new Set(
      held.filter(({ accessKeyId }) => accessKeyIds.includes(accessKeyId)).map((line) => line.accountId),
    )) {
      const from = await readMemory(store, accountId);
      await writeMemory(store, accountId, { from, to: liftHold(from, accessKeyIds) });
    }
  } finally {
    await lock.release();
  }
}
