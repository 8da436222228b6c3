import type { Config } from '../config/schema.ts';

const MINUTE_MS = 60_000;

/**
 * A run has ended this many minutes after its start: what Lambda allows, the schedule and the ledger included; and when the
 * state machine gives up, twice what 50,000 accounts take, even with an opt-out tag (`npm run simulate`).
 */
export const RUN_MINUTES = { lambda: 20, 'step-functions': 240 } as const;

/** How long after a time of the schedule its sweep may still start and revoke, in milliseconds. */
export function startsWithin({ schedule, deployment }: Config): number {
  return (schedule.notAfterMinutes + (deployment?.flexibleWindowMinutes ?? 0)) * MINUTE_MS;
}

/** How long after a time of the schedule its sweep has ended, in milliseconds. One that has not is late. */
export function endsWithin(config: Config): number {
  return startsWithin(config) + runsFor(config);
}

/** The longest that a run takes, in milliseconds. */
export function runsFor({ deployment }: Config): number {
  return RUN_MINUTES[deployment?.engine ?? 'lambda'] * MINUTE_MS;
}
