import { isDeepStrictEqual } from 'node:util';

import { runHoldingLock } from '../ledger/lock.ts';
import { getSummary } from '../ledger/runs.ts';
import { runsSince } from '../ledger/scheduled-runs.ts';
import type { Rotator } from './rotator.ts';

/**
 * Why a slot needs no sweep any more: a schedule delivers at least once. The sweep of a run that died is made
 * again. https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
 * @param slot ISO 8601
 * @returns undefined if it needs one. Never rejects: with an unreadable ledger the sweep fails, and notifies
 */
export function sweptSlot(
  slot: string,
  accounts: readonly string[] | undefined,
  rotator: Rotator,
): Promise<string | undefined> {
  return findSweep(slot, accounts, rotator).catch(() => undefined);
}

async function findSweep(
  slot: string,
  accounts: readonly string[] | undefined,
  { store, context, now }: Rotator,
): Promise<string | undefined> {
  const holder = await runHoldingLock(store, { host: context.logStreamName, now });
  for (const { mode, runId, scheduledFor, filters } of await runsSince(store, new Date(slot))) {
    if (mode !== 'sweep' || scheduledFor !== slot) continue;
    if (!isDeepStrictEqual(filters?.accounts, accounts)) continue;
    if (await getSummary(store, runId)) return `slot ${slot} was swept by run ${runId}`;
    if (runId === holder) return `slot ${slot} is being swept by run ${runId}`;
  }
  return undefined;
}
