const DAY_MS = 86_400_000;
const ANNOUNCED_DAYS = 7;

/** An opt-out or an exemption: `until` is its last day, in UTC; without one it does not end. */
export interface MayEnd {
  readonly until?: string | undefined;
}

export function isInForce(one: MayEnd, now: Date): boolean {
  return daysLeft(one, now) >= 0;
}

/** Whether it is in force and ends within 7 days, today included. */
export function endsSoon(one: MayEnd, now: Date): boolean {
  return isInForce(one, now) && daysLeft(one, now) <= ANNOUNCED_DAYS;
}

/** @param what such as `The opt-out of …,` */
export function endedWarning(what: string, { until }: MayEnd, now: Date): string | undefined {
  if (isInForce({ until }, now)) return undefined;
  return `${what} ended on ${until}. Remove it, or agree on a new date.`;
}

/**
 * @param what such as `The opt-out of …,`
 * @param then what happens after the last day
 */
export function endingWarning(what: string, one: MayEnd, then: string, now: Date): string | undefined {
  if (!endsSoon(one, now)) return undefined;
  const days = daysLeft(one, now);
  const when = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return `${what} ends ${when}, on ${one.until}; after that day ${then}.`;
}

/** Whole days from today to the last day, both in UTC: 0 on that day, infinite without one. */
function daysLeft({ until }: MayEnd, now: Date): number {
  if (until === undefined) return Infinity;
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(until) - today) / DAY_MS);
}
