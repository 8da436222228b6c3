import type { Random } from '../../../sandbox/generator/random.ts';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The text with a few values changed to hostile ones, or lines dropped, doubled or swapped. */
export function forge(text: string, random: Random, names: readonly string[]): string {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > 1 && random.chance(0.3)) return withOtherLines(lines, random);
  const at = random.between(0, lines.length - 1);
  const isLines = lines.length > 1 && lines.every((line) => line.startsWith('{'));
  return isLines
    ? `${lines.with(at, forgeJson(lines[at]!, random, names)).join('\n')}\n`
    : forgeJson(text, random, names);
}

function withOtherLines(lines: readonly string[], random: Random): string {
  const at = random.between(0, lines.length - 1);
  const other = random.between(0, lines.length - 1);
  const changed = random.pick([
    lines.toSpliced(at, 1),
    lines.toSpliced(at, 0, lines[other]!),
    lines.with(at, lines[other]!).with(other, lines[at]!),
  ]);
  return `${changed.join('\n')}\n`;
}

function forgeJson(text: string, random: Random, names: readonly string[]): string {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return 'null';
  }
  for (let change = random.between(1, 4); change > 0; change -= 1) json = changed(json, random, names);
  return JSON.stringify(json);
}

/** Walks down at random, and changes what it comes to. */
function changed(json: Json, random: Random, names: readonly string[]): Json {
  if (Array.isArray(json)) {
    const list = json as readonly Json[];
    if (list.length === 0 || random.chance(0.1)) return random.pick<Json>([[], [...list, ...list]]);
    const at = random.between(0, list.length - 1);
    return list.with(at, changed(list[at]!, random, names));
  }
  if (typeof json === 'object' && json !== null) {
    const object = json as { readonly [name: string]: Json };
    const keys = Object.keys(object);
    if (keys.length === 0 || random.chance(0.05)) return {};
    const name = random.pick(keys);
    return { ...object, [name]: changed(object[name]!, random, names) };
  }
  return hostile(json, random, names);
}

const DATES = ['2000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z'];
const WORDS = [
  'delete',
  'deactivate',
  'keep',
  'Active',
  'Inactive',
  'sweep',
  'undo',
  'ok',
  'deactivated',
  'deleted',
];

/** A value of the same type that somebody might want there. */
function hostile(value: Json, random: Random, names: readonly string[]): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return random.pick([0, 1, value * 1000 + 1, -1]);
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /^\d{4}-/.test(value))
    return random.pick(DATES);
  return random.pick([...WORDS, ...names, ...DATES]);
}
