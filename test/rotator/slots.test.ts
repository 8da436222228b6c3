import { describe, expect, it } from 'vitest';

import { configSchema, type Config } from '../../src/config/schema.ts';
import { isNewlyMissed, lateReason, slotToAnnounce, slotToWatch } from '../../src/rotator/slots.ts';

const FRIDAY = new Date('2026-11-27T22:55:00Z');
const HOUR = 3_600_000;

const config = (schedule: object = {}, more: object = {}): Config =>
  configSchema.parse({
    schedule: { timezone: 'Europe/Berlin', ...schedule },
    defaults: { groups: ['A'] },
    ...more,
  });
const deployed = (settings: object): object => ({
  deployment: {
    account: '111111111111',
    organizationId: 'o-exampleorgid',
    region: 'eu-central-1',
    ...settings,
  },
});
const at = (hours: number) => new Date(FRIDAY.getTime() + hours * HOUR);

describe('a sweep', () => {
  it.each([
    [0, false],
    [3, false],
    [3.001, true],
    [30, true],
  ])('that starts %d hours after its slot is late: %s', (hours, late) => {
    expect(lateReason(config(), FRIDAY, at(hours)) !== undefined).toBe(late);
  });

  it('may also start within the flexible window', () => {
    const flexible = config({}, deployed({ flexibleWindowMinutes: 60 }));
    expect(lateReason(flexible, FRIDAY, at(3.9))).toBeUndefined();
    expect(lateReason(flexible, FRIDAY, at(4.1))).toContain('due at 2026-11-27T22:55:00.000Z');
  });
});

describe('notice', () => {
  it.each([
    [-26, undefined],
    [-25, FRIDAY],
    [-24, FRIDAY],
    [-1, FRIDAY],
    // At the slot itself, the next one counts.
    [0, undefined],
  ])('%d hours before the sweep announces: %s', (hours, slot) => {
    expect(slotToAnnounce(config(), at(hours))).toEqual(slot);
  });

  it('is never given if noticeHours is 0 or false', () => {
    for (const noticeHours of [0, false])
      expect(slotToAnnounce(config({ noticeHours }), at(-1))).toBeUndefined();
  });

  it('for a rate needs a past slot', () => {
    const daily = config({ expression: 'rate(1 day)' });
    expect(slotToAnnounce(daily, at(5))).toBeUndefined();
    expect(slotToAnnounce(daily, at(5), FRIDAY)).toEqual(at(24));
  });
});

describe('the watchdog', () => {
  it('expects a sweep to have ended after flexible window, latest start and run time', () => {
    expect(slotToWatch(config(), at(3.3))).toEqual(at(-7 * 24));
    expect(slotToWatch(config(), at(3.4))).toEqual(FRIDAY);
    const flexible = config({}, deployed({ flexibleWindowMinutes: 60 }));
    expect(slotToWatch(flexible, at(4.3))).toEqual(at(-7 * 24));
    expect(slotToWatch(flexible, at(4.4))).toEqual(FRIDAY);
    const stepFunctions = config({}, deployed({ engine: 'step-functions' }));
    expect(slotToWatch(stepFunctions, at(6.9))).toEqual(at(-7 * 24));
    expect(slotToWatch(stepFunctions, at(7))).toEqual(FRIDAY);
  });

  it('reports a missed sweep as new in the first hour only', () => {
    expect(isNewlyMissed(config(), FRIDAY, at(3.4))).toBe(true);
    expect(isNewlyMissed(config(), FRIDAY, at(4.3))).toBe(true);
    expect(isNewlyMissed(config(), FRIDAY, at(4.4))).toBe(false);
  });
});
