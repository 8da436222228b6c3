import { DAY_MS, plural } from '../words.ts';

/** `27 Nov 2026, 22:55 UTC` */
export function moment(at: Date): string {
  return `${day(at)}, ${at.toISOString().slice(11, 16)} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `27 Nov 2026` */
export function day(at: Date): string {
  return `${shortDay(at)} ${at.getUTCFullYear()}`;
}

/** `27 Nov` */
export function shortDay(at: Date): string {
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()] ?? ''}`;
}

/** `the same day`, `3 days later`, `5 days before`: whole days between two dates in UTC. */
export function fromNow(date: Date, now: Date): string {
  const days = Math.floor(date.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS);
  if (days === 0) return 'the same day';
  return days > 0 ? `${plural(days, 'day')} later` : `${plural(-days, 'day')} before`;
}

/** `1,234` */
export function count(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A coordinate with at most two decimals. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
