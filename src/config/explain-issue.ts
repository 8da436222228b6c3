import { z } from 'zod';
import { pathText, type Document, type Step } from './document.ts';
import { nearest } from './nearest.ts';
import type { Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** For the kinds of value that the schema has no words of its own for; completes "expected …". */
export const expectedKind: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_value')
    return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (issue.code !== 'invalid_type') return undefined;
  const kinds: Record<string, string> = {
    object: 'settings in braces: { … }',
    array: 'a list in brackets: [ … ]',
    boolean: 'true or false',
  };
  return kinds[issue.expected];
};

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
    return issue.keys.map((key) =>
      problemAt([...path, key], document, key, `one of ${known.join(', ')}`, known),
    );
  }
  const allowed = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return [problemAt(path, document, document.valueAt(path), issue.message, allowed)];
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
