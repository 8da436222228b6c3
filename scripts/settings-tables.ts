import type * as z from 'zod';

type JsonSchema = z.core.JSONSchema.BaseSchema;

interface Setting {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
}

/**
 * Every setting of accounts.json with what it takes, its default and its meaning, as Markdown: one table per
 * section.
 */
export function settingsTables(schema: JsonSchema): string {
  return children('', schema).map(section).join('\n\n');
}

function section(setting: Setting): string {
  const rows = leaves(setting).map(row);
  return [
    `### ${setting.path}`,
    setting.schema.description ?? '',
    ['| Setting | Takes | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
}

function row({ path, schema, required }: Setting): string {
  const meaning = (schema.description ?? '').replaceAll('*', '\\*');
  const cells = [`\`${path}\``, takes(schema), fallback(schema, required), meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function fallback(schema: JsonSchema, required: boolean): string {
  if (required) return 'required';
  return schema.default === undefined ? 'none' : asJson(schema.default);
}

function takes(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(asJson).join(', ');
  if (schema.const !== undefined) return asJson(schema.const);
  if (schema.anyOf !== undefined) return schema.anyOf.map((inner) => takes(inner)).join(' or ');
  if (schema.type === 'array') return `list of ${takes(schema.items as JsonSchema)}`;
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'object') return schema.properties ? 'object' : 'object of text values';
  const kind = schema.type === 'integer' ? 'whole number' : 'number';
  const upTo = schema.maximum === undefined ? ' or more' : ` to ${schema.maximum}`;
  return `${kind} ${schema.minimum ?? ''}${upTo}`;
}

function asJson(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** The settings at the ends of the tree. */
function leaves(setting: Setting): Setting[] {
  const inner = children(setting.path, setting.schema);
  if (inner.length === 0) return [setting];
  return [...(isUnion(setting.schema) ? [setting] : []), ...inner.flatMap(leaves)];
}

/** Items that are a name, or an object with a name. */
function isUnion(schema: JsonSchema): boolean {
  return (schema.items as JsonSchema | undefined)?.anyOf !== undefined;
}

/** Of an object, or of the objects in a list. */
function children(path: string, schema: JsonSchema): Setting[] {
  const one = schema.type === 'array' ? (schema.items as JsonSchema) : schema;
  const item = one.anyOf?.find(({ properties }) => properties !== undefined) ?? one;
  const before = path === '' ? '' : `${path}${schema.type === 'array' ? '[]' : ''}.`;
  return Object.entries(item.properties ?? {}).map(([name, inner]) => ({
    path: `${before}${name}`,
    schema: inner as JsonSchema,
    required: item.required?.includes(name) ?? false,
  }));
}
