import type { Config } from '../config/schema.ts';
import { firingAfter, firingUntil } from '../config/schedule-expression.ts';
import { maxEndDelay, maxStartDelay } from '../deployment/run-times.ts';

/*
 * A slot is a time at which the schedule starts a sweep. Two hourly schedules check what each slot needs, so
 * any schedule expression works, and none is shifted across midnight, months or DST:
 * docs/adr/0013-hourly-checks.md
 */

const HOUR = 3_600_000;

/** Why a sweep that starts now is too late for its slot; undefined: it is not. */
export function lateReason(config: Config, slot: Date, now: Date): string | undefined {
  const latest = new Date(slot.getTime() + maxStartDelay(config));
  if (now <= latest) return undefined;
  return (
    `This sweep was due at ${slot.toISOString()} and started at ${now.toISOString()}. ` +
    `After ${latest.toISOString()} it may not revoke keys ` +
    `(schedule.notAfterMinutes is ${config.schedule.notAfterMinutes}), so it only planned. ` +
    'Run a sweep from a terminal, or wait for the next one.'
  );
}

/**
 * The slot to announce now, at least noticeHours before it; undefined: none.
 * @param known any past slot, needed for a rate
 */
export function slotToAnnounce({ schedule }: Config, now: Date, known?: Date): Date | undefined {
  const hours = schedule.noticeHours === false ? 0 : schedule.noticeHours;
  const next = firingAfter(schedule, now, known);
  if (hours === 0 || next === undefined) return undefined;
  // One hour more: the hourly check may run 59 minutes before the notice is due.
  return next.getTime() - now.getTime() <= (hours + 1) * HOUR ? next : undefined;
}

/**
 * The last slot whose sweep must have ended by now; undefined: none.
 * @param known any past slot, needed for a rate
 */
export function slotToWatch(config: Config, now: Date, known?: Date): Date | undefined {
  return firingUntil(config.schedule, new Date(now.getTime() - maxEndDelay(config)), known);
}

/** Whether this hour's check is the first that can report the sweep of a slot as missed. */
export function isNewlyMissed(config: Config, slot: Date, now: Date): boolean {
  return now.getTime() - maxEndDelay(config) - slot.getTime() < HOUR;
}
