import { describe, expect, it } from 'vitest';

import { firingAfter, firingUntil, scheduleProblem } from '../../src/config/schedule-expression.ts';
import { ScheduleError } from '../../src/config/errors.ts';

const on = (expression: string, timezone = 'Europe/Berlin') => ({ expression, timezone });
const MARCH = new Date('2027-03-26T00:00:00Z');

describe('the firings of a cron expression', () => {
  // By the calendar; Berlin is at +1 in winter and at +2 from 2027-03-28.
  it.each([
    ['cron(55 23 ? * FRI *)', '2027-03-26T22:55:00.000Z', '2027-03-19T22:55:00.000Z'],
    ['cron(0 3 ? * 6L *)', '2027-03-26T02:00:00.000Z', '2027-02-26T02:00:00.000Z'],
    ['cron(0 3 ? * 6#2 *)', '2027-04-09T01:00:00.000Z', '2027-03-12T02:00:00.000Z'],
    ['cron(0 3 ? * L *)', '2027-03-27T02:00:00.000Z', '2027-03-20T02:00:00.000Z'],
    ['cron(0 3 ? * 1 *)', '2027-03-28T01:00:00.000Z', '2027-03-21T02:00:00.000Z'],
    ['cron(0 3 L * ? *)', '2027-03-31T01:00:00.000Z', '2027-02-28T02:00:00.000Z'],
    ['cron(0 3 15W * ? *)', '2027-04-15T01:00:00.000Z', '2027-03-15T02:00:00.000Z'],
    ['cron(0/15 3 ? * MON-FRI *)', '2027-03-26T02:00:00.000Z', '2027-03-25T02:45:00.000Z'],
    ['cron(0 3 1 1/3 ? *)', '2027-04-01T01:00:00.000Z', '2027-01-01T02:00:00.000Z'],
  ])('of %s are those of EventBridge Scheduler', (expression, next, last) => {
    expect(firingAfter(on(expression), MARCH)?.toISOString()).toBe(next);
    expect(firingUntil(on(expression), MARCH)?.toISOString()).toBe(last);
  });

  it('skip a time that the clocks skip, as in AWS', () => {
    const night = on('cron(30 2 * * ? *)');
    expect(firingAfter(night, new Date('2027-03-27T12:00:00Z'))?.toISOString()).toBe(
      '2027-03-29T00:30:00.000Z',
    );
    expect(firingUntil(night, new Date('2027-03-28T12:00:00Z'))?.toISOString()).toBe(
      '2027-03-27T01:30:00.000Z',
    );
  });

  it('come once at a time that the clocks show twice', () => {
    const first = firingAfter(on('cron(30 2 * * ? *)'), new Date('2027-10-30T12:00:00Z'));
    expect(first?.toISOString()).toBe('2027-10-31T00:30:00.000Z');
    expect(firingAfter(on('cron(30 2 * * ? *)'), first!)?.toISOString()).toBe('2027-11-01T01:30:00.000Z');
  });

  it.each(['cron(5 * * * ? *)', 'cron(5 0/1 * * ? *)', 'cron(5 0-23/1 * * ? *)'])(
    'of %s come once in an hour that the clocks show twice, and not in one that they skip',
    (expression) => {
      const hourly = on(expression);
      const ofThree = (from: string) => {
        const first = firingAfter(hourly, new Date(from))!;
        const second = firingAfter(hourly, first)!;
        return [first, second, firingAfter(hourly, second)!].map((at) => at.toISOString().slice(11, 16));
      };
      expect(ofThree('2027-10-30T23:30:00Z')).toEqual(['00:05', '02:05', '03:05']);
      expect(ofThree('2027-03-27T23:30:00Z')).toEqual(['00:05', '01:05', '02:05']);
      const last = firingUntil(hourly, new Date('2027-10-31T01:30:00Z'));
      expect(last?.toISOString()).toBe('2027-10-31T00:05:00.000Z');
    },
  );

  it('exclude the instant itself after it and include it up to it', () => {
    const at = new Date('2027-03-26T22:55:00.000Z');
    const friday = on('cron(55 23 ? * FRI *)');
    expect(firingUntil(friday, at)).toEqual(at);
    expect(firingUntil(friday, new Date(at.getTime() - 1))?.toISOString()).toBe('2027-03-19T22:55:00.000Z');
    expect(firingAfter(friday, at)?.toISOString()).toBe('2027-04-02T21:55:00.000Z');
  });

  it('end with the years that the expression names', () => {
    expect(firingAfter(on('cron(0 3 ? JAN 2 2025-2026)'), MARCH)).toBeUndefined();
    expect(firingUntil(on('cron(0 3 ? JAN 2 2028-2029)'), MARCH)).toBeUndefined();
  });

  it.each(['cron(nonsense)', 'cron(0 25 ? * FRI *)', 'cron(55 23 ? * FRI)', 'rate(0 days)', 'rate(1 week)'])(
    'of %s cannot be computed',
    (expression) => {
      expect(() => firingAfter(on(expression), MARCH)).toThrow(ScheduleError);
      expect(() => firingUntil(on(expression), MARCH)).toThrow(ScheduleError);
    },
  );
});

describe('the firings of a rate', () => {
  const known = new Date('2027-03-01T10:00:00Z');

  it('are computed from a known one', () => {
    const daily = on('rate(7 days)');
    expect(firingAfter(daily, MARCH, known)?.toISOString()).toBe('2027-03-29T10:00:00.000Z');
    expect(firingUntil(daily, MARCH, known)?.toISOString()).toBe('2027-03-22T10:00:00.000Z');
    expect(firingAfter(daily, known, known)?.toISOString()).toBe('2027-03-08T10:00:00.000Z');
    expect(firingUntil(daily, known, known)).toEqual(known);
  });

  it('are unknown without a known one', () => {
    expect(firingAfter(on('rate(1 hour)'), MARCH)).toBeUndefined();
    expect(firingUntil(on('rate(1 hour)'), MARCH)).toBeUndefined();
  });
});

describe('what EventBridge Scheduler does not take', () => {
  it.each([
    ['cron(55 23 * * FRI *)', 'exactly one of them must be ?'],
    ['cron(55 23 ? * ? *)', 'exactly one of them must be ?'],
    ['cron(0 8 1 * MON *)', 'exactly one of them must be ?'],
    ['cron(0 8 * * * *)', 'exactly one of them must be ?'],
    ['cron(0 8 ? * 8 *)', '8 for day-of-week'],
    ['cron(0 8 ? * 0 *)', '0 for day-of-week'],
    ['cron(0 8 ? * MON/2 *)', 'MON/2 for day-of-week'],
    ['cron(0 8 ? * MON#6 *)', 'MON#6 for day-of-week'],
    ['cron(0 8 ? * MONDAY *)', 'MONDAY for day-of-week'],
    ['cron(0 8 ? * 3#1,6#3 *)', '3#1,6#3 for day-of-week'],
    ['cron(0 8 ? * MON,FRIL *)', 'MON,FRIL for day-of-week'],
    ['cron(0 8 1,15,L * ? *)', '1,15,L for day-of-month'],
    ['cron(0 8 1,15W * ? *)', '1,15W for day-of-month'],
    ['cron(0 8 ? * MON ?)', '? for year'],
    ['cron(0 8 ? * MON 1969)', '1969 for year'],
    ['cron(0 8 ? * MON 2200)', '2200 for year'],
    ['cron(0 ? ? * MON *)', '? for hours'],
    ['cron(/15 8 ? * MON *)', '/15 for minutes'],
    ['cron(0 8 1W-5 * ? *)', '1W-5 for day-of-month'],
    ['cron(0 8 32 * ? *)', 'is invalid'],
    ['cron(60 8 ? * MON *)', 'is invalid'],
    ['cron(0 8 ? 13 MON *)', 'is invalid'],
    ['cron(0 8 ? * FRI-MON *)', 'is invalid'],
    ['cron(0 8 30 2 ? *)', 'never fires again'],
    ['cron(0 8 ? * MON 2020)', 'never fires again'],
    ['at(2099-01-01T00:00:00)', 'does not have six fields'],
  ])('%s: %s', (expression, problem) => {
    expect(scheduleProblem(expression)).toContain(problem);
  });

  it.each([
    'cron(55 23 ? * FRI *)',
    'cron(0 8 29 2 ? *)',
    'cron(0/15 8-18/2 1,15 * ? *)',
    'cron(0 8 15W * ? *)',
    'cron(0 8 LW jan-mar,DEC ? 2026-2199)',
    'cron(0 8 ? * mon-fri,7 *)',
    'cron(0 8 ? * 2#1 */2)',
    'cron(0 8 ? * FRIL *)',
    'rate(7 days)',
  ])('and takes %s', (expression) => {
    expect(scheduleProblem(expression)).toBeUndefined();
  });
});
