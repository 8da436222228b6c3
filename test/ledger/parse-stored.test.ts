import { describe, expect, it } from 'vitest';
import * as z from 'zod';

import { isRunId } from '../../src/ledger/run-id.ts';
import { parseStored } from '../../src/ledger/parse-stored.ts';

const refused = (schema: z.ZodType, value: unknown): string => {
  try {
    parseStored(schema, JSON.stringify(value), 'runs/1');
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
};

const kinds = z.discriminatedUnion('type', [
  z.object({ type: z.literal('a') }),
  z.object({ type: z.literal('b') }),
]);

describe('the issues of a stored value', () => {
  const numbers = z.array(z.number());
  const listed = (count: number): string =>
    Array.from({ length: count }, (_, index) => `[${index}]: expected a number`).join('; ');

  it.each([
    [1, listed(1)],
    [10, listed(10)],
    [11, `${listed(10)}; and 1 more`],
    [1000, `${listed(10)}; and 990 more`],
  ])('are listed for %i places', (count, told) => {
    const wrong = refused(numbers, Array.from({ length: count }).fill('x'));
    expect(wrong).toBe(`runs/1 does not match its schema: ${told}`);
  });

  it.each<[string, z.ZodType, unknown, string]>([
    ['a list', z.object({ a: z.array(z.string()) }), { a: 1 }, 'a: expected a list in brackets: [ … ]'],
    ['what is missing', z.object({ a: z.object({ b: z.string() }) }), { a: {} }, 'a.b: expected text'],
    ['another word', z.object({ a: z.enum(['x', 'y']) }), { a: 'z' }, 'a: expected one of "x", "y"'],
    [
      'a time',
      z.object({ at: z.iso.datetime() }),
      { at: 'x' },
      'at: expected a time such as 2026-11-27T22:55:00Z',
    ],
    ['a number', z.object({ a: z.int().min(1) }), { a: 0 }, 'a: expected a number, 1 or more'],
    [
      'our own words',
      z.object({ a: z.string().refine(isRunId, 'a run ID') }),
      { a: 'x' },
      'a: expected a run ID',
    ],
    ['an unknown name', z.strictObject({}), { b: 1, c: 1 }, 'expected no b, c'],
    ['no known kind', kinds, { type: 'x' }, 'type: expected another value'],
    [
      'neither of two',
      z.object({ a: z.union([z.string(), z.literal(false)]) }),
      { a: 1 },
      'a: expected another value',
    ],
    ['no object', z.object({}), 'x', 'expected settings in braces: { … }'],
  ])('say, in our words, what was expected: %s', (_, schema, value, told) => {
    expect(refused(schema, value)).toBe(`runs/1 does not match its schema: ${told}`);
  });

  it('are limited in length', () => {
    const wrong = refused(z.strictObject({}), { ['x'.repeat(9000)]: 1 });
    expect(wrong.length).toBeLessThan(2100);
  });
});
