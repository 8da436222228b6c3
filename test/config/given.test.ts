import { describe, expect, it } from 'vitest';

import { given } from '../../src/config/given.ts';

describe('given', () => {
  it('leaves out what is undefined, and keeps all other values in their order', () => {
    const all = { until: undefined, on: false, days: 0, text: '', list: [], none: null };
    expect(Object.entries(given(all))).toEqual(Object.entries(all).slice(1));
  });
});
