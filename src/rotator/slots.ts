import type { Config } from '../config/schema.ts';
import { firingAfter, firingUntil } from '../config/schedule-expression.ts';
import { endsWithin, startsWithin } from '../deployment/run-times.ts';

/*
 * A slot is a time of the schedule at which a sweep is due. Two schedules that fire every hour ask what is to be done about
 * the slots (docs/adr/0013-hourly-checks.md), so any expression will do and nothing is shifted across midnight, months or clocks.
 */

const HOUR = 3_600_000;

/**
 * Why a sweep that starts now is too late for its slot; undefined: it is not.
 * @param slot the time of the schedule that started it
 */
export function lateness(config: Config, slot: Date, now: Date): string | undefined {
  const latest = new Date(slot.getTime() + startsWithin(config));
  if (now <= latest) return undefined;
  return (
    `This sweep was due at ${slot.toISOString()} and started at ${now.toISOString()}, after ${latest.toISOString()}, from which on it may ` +
    `revoke nothing (schedule.notAfterMinutes is ${config.schedule.notAfterMinutes}): it only planned. Sweep from a terminal, or wait for the next one.`
  );
}

/**
 * The slot of which notice is to be given now, at least noticeHours before it; undefined: of none.
 * @param known any slot that there was, for a rate
 */
export function slotToAnnounce({ schedule }: Config, now: Date, known?: Date): Date | undefined {
  const hours = schedule.noticeHours === false ? 0 : schedule.noticeHours;
  const next = firingAfter(schedule, now, known);
  if (hours === 0 || next === undefined) return undefined;
  // An hour more, because who asks every hour may ask 59 minutes before the notice is due.
  return next.getTime() - now.getTime() <= (hours + 1) * HOUR ? next : undefined;
}

/**
 * The last slot of which a sweep must have ended by now; undefined when there was none.
 * @param known any slot that there was, for a rate
 */
export function slotToWatch(config: Config, now: Date, known?: Date): Date | undefined {
  return firingUntil(config.schedule, new Date(now.getTime() - endsWithin(config)), known);
}

/** Whether the check of this hour is the first that could miss the sweep of a slot. */
export function isNewlyMissed(config: Config, slot: Date, now: Date): boolean {
  return now.getTime() - endsWithin(config) - slot.getTime() < HOUR;
}
