import * as z from 'zod';
import { pathText, type Document, type Step } from './document.ts';
import { nearest } from './nearest.ts';
import { MOST_PROBLEMS, type Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

const KINDS: Partial<Record<string, string>> = {
  object: 'settings in braces: { … }',
  array: 'a list in brackets: [ … ]',
  boolean: 'true or false',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
};

/** Words for whatever the schema has none of its own for; they complete "expected …". */
export const expectedKind: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return KINDS[issue.expected];
  if (issue.code === 'too_small') return `${amount(issue.origin)} ${issue.minimum} or more`;
  if (issue.code === 'too_big') return `${amount(issue.origin)} ${issue.maximum} or less`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message;
  if (issue.code !== 'invalid_value') return undefined;
  return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
};

function amount(origin: string): string {
  if (origin === 'string') return 'a text whose length is';
  return origin === 'array' ? 'a list whose length is' : 'a number,';
}

/**
 * What zod found, as problems with their place; no more than are shown, and one.
 */
export function explainIssues(
  error: z.ZodError | undefined,
  document: Document,
  jsonSchema: () => z.core.JSONSchema.BaseSchema,
): Problem[] {
  const issues = error?.issues.slice(0, MOST_PROBLEMS + 1) ?? [];
  return issues.flatMap((issue) => explainIssue(issue, document, jsonSchema()));
}

/**
 * What zod found, as problems with their place.
 * @param jsonSchema the schema's JSON Schema, which knows the names that an object may hold
 */
export function explainIssue(
  issue: Issue,
  document: Document,
  jsonSchema: z.core.JSONSchema.BaseSchema,
): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const known = namesAt(jsonSchema, path);
    return issue.keys
      .slice(0, MOST_PROBLEMS + 1)
      .map((key) => problemAt([...path, key], document, key, `one of ${known.join(', ')}`, known));
  }
  return [problemAt(path, document, document.valueAt(path), issue.message, namesFor(issue))];
}

/** What may have been meant; a check of ours gives its names with it. */
function namesFor(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  const known: unknown = issue.code === 'custom' ? issue.params?.['known'] : undefined;
  return typeof known === 'function' ? (known as () => string[])() : [];
}

function problemAt(
  path: readonly Step[],
  document: Document,
  value: unknown,
  expected: string,
  known: readonly string[],
): Problem {
  const meant = typeof value === 'string' ? nearest(value, known) : undefined;
  return {
    path: pathText(path),
    ...document.locate(path),
    value,
    expected,
    ...(meant !== undefined && { nearest: meant }),
  };
}

function namesAt(schema: z.core.JSONSchema.BaseSchema, path: readonly Step[]): string[] {
  const inner = path.reduce<z.core.JSONSchema.BaseSchema | undefined>(
    (outer, step) =>
      (typeof step === 'number' ? outer?.items : outer?.properties?.[step]) as z.core.JSONSchema.BaseSchema,
    schema,
  );
  return Object.keys(inner?.properties ?? {});
}
