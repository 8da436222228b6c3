import type { Config } from '../config/schema.ts';

const MINUTE_MS = 60_000;

/**
 * The longest run, in minutes: Lambda's limit with a margin; and the timeout of the state machine, twice what
 * 50,000 accounts take with an opt-out tag (`npm run simulate`).
 */
export const RUN_MINUTES = { lambda: 20, 'step-functions': 240 } as const;

/** How long after its slot a sweep may start and revoke, in milliseconds. */
export function maxStartDelay({ schedule, deployment }: Config): number {
  return (schedule.notAfterMinutes + (deployment?.flexibleWindowMinutes ?? 0)) * MINUTE_MS;
}

/** How long after its slot a sweep must have ended, in milliseconds. After that it is late. */
export function maxEndDelay(config: Config): number {
  return maxStartDelay(config) + maxRunTime(config);
}

/** The longest run, in milliseconds. */
export function maxRunTime({ deployment }: Config): number {
  return RUN_MINUTES[deployment?.engine ?? 'lambda'] * MINUTE_MS;
}
