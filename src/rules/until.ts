const DAY_MS = 86_400_000;
const ANNOUNCED_DAYS = 7;

/** An opt-out or an exemption: `until` is its last day, in UTC; without one it does not end. */
export interface MayEnd {
  readonly until?: string | undefined;
}

export function isInForce({ until }: MayEnd, now: Date): boolean {
  return until === undefined || daysLeft(until, now) >= 0;
}

/** Whether it is in force and ends within 7 days, today included. */
export function endsSoon({ until }: MayEnd, now: Date): boolean {
  return until !== undefined && daysLeft(until, now) >= 0 && daysLeft(until, now) <= ANNOUNCED_DAYS;
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
export function endingWarning(what: string, { until }: MayEnd, then: string, now: Date): string | undefined {
  if (until === undefined || !endsSoon({ until }, now)) return undefined;
  const days = daysLeft(until, now);
  const when = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return `${what} ends ${when}, on ${until}; after that day ${then}.`;
}

/** Whole days from today to the last day, both in UTC: 0 on that day. */
function daysLeft(until: string, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return Math.round((Date.parse(until) - today) / DAY_MS);
}
