import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { parseStored } from '../../src/ledger/parse-stored.ts';

const refused = (schema: z.ZodType, value: unknown): string => {
  try {
    parseStored(schema, JSON.stringify(value), 'runs/1');
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the issues of a stored value', () => {
  const numbers = z.array(z.number('a number'));
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, index) => `✖ a number\n  → at [${index}]`).join('\n');

  it.each([
    [1, lines(1)],
    [10, lines(10)],
    [11, `${lines(10)}\n… and 1 more`],
    [1000, `${lines(10)}\n… and 990 more`],
  ])('are shown for %i places', (count, told) => {
    const wrong = refused(numbers, Array.from({ length: count }).fill('x'));
    expect(wrong).toBe(`runs/1 does not match its schema:\n${told}`);
  });

  it('are limited in length', () => {
    const wrong = refused(z.strictObject({}), { ['x'.repeat(9000)]: 1 });
    expect(wrong.split('\n')[1]).toHaveLength(2000);
  });
});
