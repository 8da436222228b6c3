import * as z from 'zod';

import { JSON_SCHEMAS } from '../src/report/json-schemas.ts';
import examples from './json-examples.json' with { type: 'json' };

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Name = keyof typeof JSON_SCHEMAS;

/** The title of each document. */
const TITLES: Readonly<Record<Name, string>> = {
  run: '`plan`, `sweep`, `apply`, `undo --apply`, `revoke --apply`, `show`, `report`',
  nothingToApply: '`apply` of a plan without keys',
  undo: '`undo` without `--apply`',
  accounts: '`accounts`',
  runs: '`runs`',
  diff: '`diff`',
  doctor: '`doctor`',
  verify: '`verify`',
  holds: '`holds`',
  whose: '`whose`, and `revoke` without `--apply`',
  sandbox: '`sandbox`',
  error: 'Any command that fails before it has a result',
  planFile: 'The file of `plan --out`',
};

/** Every document with its fields, as Markdown. */
export function jsonTables(): string {
  return (Object.keys(TITLES) as Name[]).map(section).join('\n\n');
}

function section(name: Name): string {
  const example = (examples as Partial<Record<Name, object>>)[name];
  const rows = fields('', z.toJSONSchema(JSON_SCHEMAS[name], { io: 'input' }));
  return [
    `## ${TITLES[name]}`,
    ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n'),
    ...(example ? [`\`\`\`json\n${JSON.stringify(example)}\n\`\`\``] : []),
  ].join('\n\n');
}

function fields(path: string, schema: JsonSchema): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const field = value as JsonSchema;
    const inner = filled(field);
    const item = inner.type === 'array' ? (inner.items as JsonSchema) : inner;
    const own = `${path}${name}${inner.type === 'array' ? '[]' : ''}`;
    const isOptional = schema.required?.includes(name) === false;
    const cells = [
      `\`${own}\``,
      `${typeOf(field)}${isOptional ? '; may be absent' : ''}`,
      field.description ?? inner.description ?? '',
    ];
    return [
      `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
      ...fields(`${own}.`, item),
    ];
  });
}

/** What a field holds when it is not null. */
function filled(schema: JsonSchema): JsonSchema {
  return schema.anyOf?.find((one) => one.type !== 'null') ?? schema;
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => typeOf(one)).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ type })).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items as JsonSchema)}s`;
  if (schema.type === 'null') return '`null`';
  if (schema.format === 'date-time') return 'time';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'boolean') return '`true`, `false`';
  return schema.type === 'integer' ? 'number' : String(schema.type);
}
