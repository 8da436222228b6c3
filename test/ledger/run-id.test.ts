import { describe, expect, it } from 'vitest';

import { checkedRunId, isRunId, newRunId } from '../../src/ledger/run-id.ts';

const id = (time: string, random = '2b3'): string => newRunId(new Date(time), () => random);

describe('newRunId', () => {
  it('contains the time in UTC', () => {
    expect(id('2026-11-27T23:55:00.123+01:00')).toBe('20261127T225500Z-07b2b3');
  });

  it('sorts by time', () => {
    const ids = [
      '2026-11-27T22:55:00Z',
      '2026-11-27T22:55:00.009Z',
      '2026-11-27T22:55:00.010Z',
      '2026-11-27T22:55:00.999Z',
      '2026-11-27T22:55:01Z',
      '2026-12-04T22:55:00Z',
      '2027-01-01T00:00:00Z',
    ];
    expect(ids.map((time, at) => id(time, `00${9 - at}`)).sort()).toEqual(
      ids.map((time, at) => id(time, `00${9 - at}`)),
    );
  });

  it('fits into a RoleSessionName', () => {
    expect(id('2026-11-27T22:55:00Z')).toMatch(/^[\w+=,.@-]{2,64}$/);
  });

  it.each(['', 'ABC', '12', '1234', '../'])('refuses %j as the random part', (random) => {
    expect(() => id('2026-11-27T22:55:00Z', random)).toThrow(RangeError);
  });
});

describe('isRunId', () => {
  it.each([
    ['20261127T225500Z-1a2b3c', true],
    ['20261127T225500Z', false],
    ['20261127T225500Z-1a2b3c/..', false],
    ['../20261127T225500Z-1a2b3c', false],
    ['last', false],
  ])('%s: %s', (text, expected) => {
    expect(isRunId(text)).toBe(expected);
    if (expected) expect(checkedRunId(text)).toBe(text);
    else expect(() => checkedRunId(text)).toThrow(RangeError);
  });
});
