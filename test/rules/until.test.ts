import { describe, expect, it } from 'vitest';

import { endedWarning, endingWarning, endsSoon, isInForce } from '../../src/rules/until.ts';

const LAST_DAY = { until: '2027-03-28' };
const NEVER = {};

/** 28 March 2027 is the day on which Europe turns the clock forward. */
describe('what ends on 2027-03-28', () => {
  it.each<[string, boolean, boolean]>([
    ['2027-03-20T23:59:59.999Z', true, false],
    ['2027-03-21T00:00:00.000Z', true, true],
    ['2027-03-28T23:59:59.999Z', true, true],
    ['2027-03-29T00:00:00.000Z', false, false],
    ['2027-03-29T01:59:59.999+02:00', true, true],
    ['2027-03-28T23:30:00.000-04:00', false, false],
  ])('at %s is in force: %s, and ends soon: %s', (now, inForce, soon) => {
    expect(isInForce(LAST_DAY, new Date(now))).toBe(inForce);
    expect(endsSoon(LAST_DAY, new Date(now))).toBe(soon);
  });

  it.each<[string, string | undefined]>([
    ['2027-03-20T12:00:00Z', undefined],
    ['2027-03-21T12:00:00Z', 'It, ends in 7 days, on 2027-03-28; after that day it protects nobody.'],
    ['2027-03-27T12:00:00Z', 'It, ends tomorrow, on 2027-03-28; after that day it protects nobody.'],
    ['2027-03-28T12:00:00Z', 'It, ends today, on 2027-03-28; after that day it protects nobody.'],
    ['2027-03-29T12:00:00Z', undefined],
  ])('at %s announces: %s', (now, warning) => {
    expect(endingWarning('It,', LAST_DAY, 'it protects nobody', new Date(now))).toBe(warning);
  });

  it.each<[string, string | undefined]>([
    ['2027-03-28T12:00:00Z', undefined],
    ['2027-03-29T12:00:00Z', 'It, ended on 2027-03-28. Remove it, or agree on a new date.'],
  ])('at %s says that it ended: %s', (now, warning) => {
    expect(endedWarning('It,', LAST_DAY, new Date(now))).toBe(warning);
  });
});

it('what has no end is always in force, and announces nothing', () => {
  const now = new Date('2027-03-28T12:00:00Z');
  expect(isInForce(NEVER, now)).toBe(true);
  expect(endsSoon(NEVER, now)).toBe(false);
  expect(endingWarning('It,', NEVER, 'x', now)).toBeUndefined();
  expect(endedWarning('It,', NEVER, now)).toBeUndefined();
});
