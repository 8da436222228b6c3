import { describe, expect, it } from 'vitest';
import { isInForce } from '../../src/rules/until.ts';
import { endedWarning, endingWarning } from '../../src/targets/opt-out.ts';
import { configWith } from '../support/build-config.ts';
import { account, idOf } from './build.ts';

const OPT_OUT = { account: idOf(1), owner: 'pay@example.com', reason: 'audit', until: '2027-03-28' };
const config = configWith({ optOuts: [OPT_OUT] });
const SUBJECT = 'The opt-out of 111111111111 (account-1), owner pay@example.com, reason "audit",';

/** 28 March 2027 is the day on which Europe turns the clock forward. */
describe('an opt-out until 2027-03-28', () => {
  it.each([
    ['2027-03-27T23:59:59.999Z', true],
    ['2027-03-28T00:00:00.000Z', true],
    ['2027-03-28T23:59:59.999Z', true],
    ['2027-03-29T00:00:00.000Z', false],
    ['2027-03-29T01:59:59.999+02:00', true],
    ['2027-03-28T23:30:00.000-04:00', false],
    ['2028-03-28T12:00:00.000Z', false],
  ])('at %s applies: %s', (now, applies) => {
    expect(isInForce(OPT_OUT, new Date(now))).toBe(applies);
  });

  it.each([
    ['2027-03-20T23:59:59Z', undefined],
    ['2027-03-21T00:00:00Z', 'in 7 days'],
    ['2027-03-26T12:00:00Z', 'in 2 days'],
    ['2027-03-27T23:59:59Z', 'tomorrow'],
    ['2027-03-28T00:00:00Z', 'today'],
    ['2027-03-28T23:59:59Z', 'today'],
    ['2027-03-29T00:00:00Z', undefined],
  ])('at %s announces its end: %s', (now, when) => {
    const notice = endingWarning(account(1), config, new Date(now));
    expect(notice).toBe(
      when && `${SUBJECT} ends ${when}, on 2027-03-28; after that day the account is a target again.`,
    );
  });

  it.each([
    ['2027-03-28T23:59:59Z', undefined],
    ['2027-03-29T00:00:00Z', `${SUBJECT} ended on 2027-03-28. Remove it, or agree on a new date.`],
  ])('at %s reports that it ended: %s', (now, notice) => {
    expect(endedWarning(account(1), config, new Date(now))).toBe(notice);
  });

  it('is not reported for other accounts', () => {
    expect(endingWarning(account(2), config, new Date('2027-03-28T12:00:00Z'))).toBeUndefined();
    expect(endedWarning(account(2), config, new Date('2027-03-30T12:00:00Z'))).toBeUndefined();
  });
});

it.each([
  ['the leap day', '2028-02-29', '2028-02-29T23:59:59Z', '2028-03-01T00:00:00Z'],
  ['the turn of the year', '2026-12-31', '2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z'],
  ['the end of daylight saving time', '2027-10-31', '2027-10-31T23:59:59Z', '2027-11-01T00:00:00Z'],
])('applies for all of %s in UTC', (_what, until, last, after) => {
  expect(isInForce({ ...OPT_OUT, until }, new Date(last))).toBe(true);
  expect(isInForce({ ...OPT_OUT, until }, new Date(after))).toBe(false);
});
