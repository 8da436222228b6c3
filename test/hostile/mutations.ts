import fc from 'fast-check';
import type * as z from 'zod';

/*
 * Invalid documents made from a valid one: every place is filled with every kind of wrong value, and the text
 * is damaged.
 */

export type Path = readonly (string | number)[];

const CONTROL = 'evil\u0000\u0007\u001b[2J\u001b]0;title\u0007\r\n\u009b31m\u2028\u202e\u2066\u200f\ufeff';

export const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  'x'.repeat(500),
  '\ud800',
  CONTROL,
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '9999-99-99',
  '2026-13-45T99:99:99Z',
  '=HYPERLINK("http://x")',
  '${jndi:ldap://x}',
  [],
  [[]],
  [null],
  {},
  { toString: null },
  Object.fromEntries([['__proto__', { armed: true }]]),
  { [CONTROL]: 1 },
  nested(60),
];

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Every place in a document, including its root. */
export function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return [at, ...entries.flatMap(([step, inner]) => pathsIn(inner, [...at, step]))];
}

/** The document with another value in one place; `undefined` removes it. */
export function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  const copy = copyOf(value ?? (typeof step === 'number' ? [] : {}));
  const inner = rest.length === 0 ? by : replaced(copy[step], rest, by);
  if (inner !== undefined) copy[step] = inner;
  else if (Array.isArray(copy)) copy.splice(Number(step), 1);
  else Reflect.deleteProperty(copy, step);
  return copy;
}

function copyOf(value: unknown): Record<string | number, unknown> {
  return (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string | number,
    unknown
  >;
}

/** Every setting that a JSON Schema knows, in lists the first. */
export function pathsOfSchema(schema: z.core.JSONSchema.BaseSchema, at: Path = []): Path[] {
  const item = schema.items as z.core.JSONSchema.BaseSchema | undefined;
  const inner: [string | number, z.core.JSONSchema.BaseSchema][] = item
    ? [[0, item]]
    : Object.entries(schema.properties ?? {}).map(([name, setting]) => [
        name,
        setting as z.core.JSONSchema.BaseSchema,
      ]);
  return [at, ...inner.flatMap(([step, setting]) => pathsOfSchema(setting, [...at, step]))];
}

/**
 * Some places of the document filled with strange things, or emptied.
 * @param more places that the document does not have
 */
export function strangeDocuments(valid: unknown, more: readonly Path[] = []): fc.Arbitrary<unknown> {
  const change = fc.record({
    path: fc.constantFrom(...pathsIn(valid), ...more),
    by: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...STRANGE) },
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    ),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce(
        (document, { path, by }) => (canHold(document, path) ? replaced(document, path, by) : document),
        valid,
      ),
    );
}

/** Whether the path leads only through lists, objects, or nothing. */
function canHold(value: unknown, path: Path): boolean {
  let at = value;
  for (const step of path) {
    if (at === undefined) return true;
    if (typeof at !== 'object' || at === null) return false;
    at = Object.hasOwn(at, step) ? (at as Record<string | number, unknown>)[step] : undefined;
  }
  return true;
}

export function damagedTexts(valid: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: valid.length });
  return fc.oneof(
    at.map((end) => valid.slice(0, end)),
    fc
      .tuple(at, fc.constantFrom(...SPLINTERS))
      .map(([place, what]) => valid.slice(0, place) + what + valid.slice(place)),
    fc.tuple(at, at).map(([from, length]) => valid.slice(0, from) + valid.slice(from + (length % 40))),
    fc.constantFrom(...SPLINTERS).map((what) => valid + what),
  );
}

const SPLINTERS = [
  '\u0000',
  '\ufeff',
  '"',
  '{',
  '}',
  '[',
  ',',
  '//',
  '/*',
  '\\',
  '\ud800',
  CONTROL,
  '}{',
  '1e999',
  'NaN',
];

export function strangeBytes(valid: string): readonly (readonly [name: string, bytes: Uint8Array])[] {
  const deep = '['.repeat(200_000);
  return [
    ['nothing', Buffer.alloc(0)],
    ['UTF-16', Buffer.from(`\ufeff${valid}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(valid, 'utf16le')],
    ['Latin-1', Buffer.from(valid.replace('"', '"é'), 'latin1')],
    ['zeros', Buffer.alloc(1_000)],
    ['a nesting of 200,000 levels', Buffer.from(deep + ']'.repeat(200_000))],
    ['unclosed nesting', Buffer.from(deep)],
    ['ten megabytes of text', Buffer.from(`"${'x'.repeat(10_000_000)}"`)],
    ['a name of ten megabytes', Buffer.from(`{"${'x'.repeat(10_000_000)}":1}`)],
    [
      'ten thousand unknown names',
      Buffer.from(`{${Array.from({ length: 10_000 }, (_, n) => `"k${n}":1`).join()}}`),
    ],
    ['the same name ten thousand times', Buffer.from(`{${Array<string>(10_000).fill('"a":1').join()}}`)],
    ['long text without structure', Buffer.from('x '.repeat(100_000))],
    ['a program', Buffer.from('#!/bin/sh\nexit 0\n')],
  ];
}
