import * as z from 'zod';

import type { Config } from '../config/schema.ts';
import type { ObjectStore } from '../ledger/object-store.ts';
import { parseStored } from '../ledger/parse-stored.ts';
import { WATCH_KEY } from '../ledger/run-keys.ts';
import { auditRun } from '../ledger/runs.ts';
import { knownFiring, runsSince } from '../ledger/scheduled-runs.ts';
import { isNewlyMissed, slotToWatch } from './slots.ts';

/** About the last sweep that was due. */
export type Finding =
  | { readonly state: 'ok'; readonly slot: Date; readonly runId: string }
  /** No slot has passed since the watchdog started watching. */
  | { readonly state: 'nothing-due' }
  | {
      readonly state: 'did-not-run' | 'unfinished' | 'not-ok';
      readonly slot: Date;
      readonly runId: string | undefined;
      readonly problem: string;
      /** The check an hour ago could not report it yet. */
      readonly isNew: boolean;
    };

/**
 * Searches the ledger for the last sweep that was due. A later sweep started by a person counts too, if it is
 * ok.
 * @throws UnreadableLedgerError, ScheduleError, the store's error
 */
export async function runWatchdog(config: Config, store: ObjectStore, now: Date): Promise<Finding> {
  const since = await watchingSince(config, store, now);
  const known = await knownFiring(store, config.schedule);
  const slot = slotToWatch(config, now, known);
  if (slot === undefined || slot < since) return { state: 'nothing-due' };
  const sweeps = (await runsSince(store, slot)).filter(({ mode, filters }) => mode === 'sweep' && !filters);
  const ended = await Promise.all(
    sweeps.map(async ({ runId }) => ({ runId, verdict: (await auditRun(store, runId)).summary?.verdict })),
  );
  const okSweep = ended.find(({ verdict }) => verdict === 'ok');
  if (okSweep) return { state: 'ok', slot, runId: okSweep.runId };
  const failed = ended.find(({ verdict }) => verdict !== undefined) ?? ended[0];
  return {
    slot,
    runId: failed?.runId,
    isNew: isNewlyMissed(config, slot, now),
    ...describeMissed(slot, failed),
  };
}

function describeMissed(
  slot: Date,
  run: { readonly runId: string; readonly verdict: string | undefined } | undefined,
): { readonly state: 'did-not-run' | 'unfinished' | 'not-ok'; readonly problem: string } {
  const sweep = `the sweep of ${slot.toISOString()}`;
  if (!run)
    return {
      state: 'did-not-run',
      problem: `The ledger has no run for ${sweep}. Run a sweep from a terminal.`,
    };
  if (run.verdict === undefined)
    return { state: 'unfinished', problem: `Run ${run.runId}, ${sweep}, has not ended. Run a sweep again.` };
  return {
    state: 'not-ok',
    problem: `Run ${run.runId}, ${sweep}, is ${run.verdict}, and no later one is ok.`,
  };
}

const watchSchema = z.object({ since: z.iso.datetime(), schedule: z.string() });

/** Slots before the first check, or before a change of the schedule, are not watched. */
async function watchingSince({ schedule }: Config, store: ObjectStore, now: Date): Promise<Date> {
  const current = `${schedule.expression} ${schedule.timezone}`;
  const body = await store.get(WATCH_KEY);
  const known = body === undefined ? undefined : parseStored(watchSchema, body, WATCH_KEY);
  if (known?.schedule === current && Date.parse(known.since) <= now.getTime()) return new Date(known.since);
  // A forged start, or one in the future, must not silence the watchdog: then every slot is watched.
  const isForged = store.tampered?.has(WATCH_KEY) === true || known?.schedule === current;
  const since = isForged ? new Date(0) : now;
  await store.put(WATCH_KEY, `${JSON.stringify({ since: since.toISOString(), schedule: current })}\n`);
  return since;
}
