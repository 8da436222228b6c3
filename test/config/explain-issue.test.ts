import { expect, it } from 'vitest';
import * as z from 'zod';
import { expectedKind } from '../../src/config/explain-issue.ts';

it.each<[string, z.ZodType, unknown, string]>([
  ['an object', z.object({}), 1, 'settings in braces: { … }'],
  ['a list', z.array(z.string()), {}, 'a list in brackets: [ … ]'],
  ['a boolean', z.boolean(), 'true', 'true or false'],
  ['text', z.string(), 1, 'text'],
  ['a number', z.number(), '1', 'a number'],
  ['a whole number', z.int(), 1.5, 'a whole number'],
  ['a choice', z.enum(['a', 'b']), 'c', 'one of "a", "b"'],
  ['a fixed value', z.literal(false), true, 'one of false'],
  ['more', z.number().min(3), 2, 'a number, 3 or more'],
  ['less', z.number().max(3), 4, 'a number, 3 or less'],
  ['longer text', z.string().min(3), 'ab', 'text of length 3 or more'],
  ['a shorter list', z.array(z.int()).max(1), [1, 2], 'a list of length 1 or less'],
  ['another name', z.record(z.string().regex(/^a/, 'a name with a'), z.int()), { b: 1 }, 'a name with a'],
  ['a message of the schema', z.string('a colour'), 1, 'a colour'],
])('completes "expected …" with %s', (_what, schema, value, words) => {
  const { error } = schema.safeParse(value, { error: expectedKind });
  expect(error?.issues.map(({ message }) => message)).toEqual([words]);
});
