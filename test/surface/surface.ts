import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';

import { BAD_USAGE, EXIT_CODES } from '../../src/commands/exit-code.ts';
import { silentProgram } from '../../scripts/command-options.ts';
import { accountsJsonSchema } from '../../src/config/json-schema.ts';
import { recordSchema } from '../../src/ledger/record.ts';
import { EVENT_SCHEMAS } from '../../src/report/event-schemas.ts';
import { JSON_SCHEMAS } from '../../src/report/json-schemas.ts';

const ROOT = join(import.meta.dirname, '..', '..');

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A name of the public surface, below what contains it, with what it is: `command / sweep / --apply`. */
export type Surface = Readonly<Record<string, string>>;

export const BELOW = ' / ';

/** What docs/compatibility.md promises. */
export function publicSurface(): Surface {
  return Object.fromEntries(
    [
      ...silentProgram().commands.flatMap(command),
      ...Object.entries(EXIT_CODES).map(([verdict, code]) => [`exit code${BELOW}${verdict}`, String(code)]),
      ...errorCodes().map((code) => [`error${BELOW}${code}`, BAD_USAGE.has(code) ? '2' : '1']),
      ...environmentVariables().map((name) => [`environment${BELOW}${name}`, '']),
      ...schema('setting', accountsJsonSchema()),
      ...schemas('json', JSON_SCHEMAS),
      ...schemas('event', EVENT_SCHEMAS),
      ...recordSchema.options.flatMap((record) => {
        return schema(`ledger${BELOW}${record.shape.type.value}`, z.toJSONSchema(record, { io: 'input' }));
      }),
    ].sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  ) as Surface;
}

function command(each: Command): [string, string][] {
  const path = `command${BELOW}${each.name()}`;
  const words = each.registeredArguments.map((argument) => [`${path}${BELOW}${argument.name()}`, '']);
  const options = each.options.map(({ long, flags }) => [`${path}${BELOW}${long ?? flags}`, flags]);
  return [[path, ''], ...words, ...options] as [string, string][];
}

function schemas(kind: string, all: Readonly<Record<string, z.ZodType>>): [string, string][] {
  return Object.entries(all).flatMap(([name, each]) =>
    schema(`${kind}${BELOW}${name}`, z.toJSONSchema(each, { io: 'input' })),
  );
}

/** Its fields and the values that they may have. */
function schema(path: string, root: JsonSchema): [string, string][] {
  return [[path, ''], ...members(path, root, root, [])];
}

function members(path: string, each: JsonSchema, root: JsonSchema, seen: string[]): [string, string][] {
  if (each.$ref !== undefined) {
    if (seen.includes(each.$ref)) return [];
    const target = (root.$defs ?? {})[each.$ref.replace('#/$defs/', '')];
    return target === undefined ? [] : members(path, target, root, [...seen, each.$ref]);
  }
  const values = [...(each.enum ?? []), ...(each.const === undefined ? [] : [each.const])];
  const fields = Object.entries(each.properties ?? {}).flatMap(([name, field]) => {
    const own = `${path}${BELOW}${name}`;
    const required = each.required?.includes(name) === true ? 'required' : '';
    return [[own, required], ...members(own, field as JsonSchema, root, seen)] as [string, string][];
  });
  const parts = [
    each.items,
    each.additionalProperties,
    ...(each.anyOf ?? []),
    ...(each.oneOf ?? []),
    ...(each.allOf ?? []),
  ];
  const inner = parts.filter((part) => typeof part === 'object' && !Array.isArray(part));
  return [
    ...values.map((value): [string, string] => [`${path}${BELOW}${String(value)}`, 'value']),
    ...fields,
    ...inner.flatMap((part) => members(path, part as JsonSchema, root, seen)),
  ];
}

function sources(): string[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const texts = files.filter((file) => file.endsWith('.ts'));
  return texts.map((file) => readFileSync(join(ROOT, 'src', file), 'utf8'));
}

const unique = (all: readonly string[]) => [...new Set(all)];

function errorCodes(): string[] {
  const codes = sources().flatMap((text) => [...text.matchAll(/ code = '([A-Z_]+)'/g)]);
  return unique(codes.map(([, code = '']) => code));
}

function environmentVariables(): string[] {
  const names = sources().flatMap((text) => [...text.matchAll(/'(KEYSWEEP_[A-Z_]+)'/g)]);
  return unique(names.map(([, name = '']) => name));
}
