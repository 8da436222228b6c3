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

const A_TIME = 'a time such as 2026-11-27T22:55:00Z';

/** Messages for issues that have none of their own in the schema; they complete "expected …". */
export const expectedKind: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return KINDS[issue.expected];
  if (issue.code === 'too_small') return `${amount(issue.origin)} ${issue.minimum} or more`;
  if (issue.code === 'too_big') return `${amount(issue.origin)} ${issue.maximum} or less`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message;
  if (issue.code === 'unrecognized_keys') return `no ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_union') return 'another value';
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return A_TIME;
  if (issue.code !== 'invalid_value') return undefined;
  return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
};

function amount(origin: string): string {
  if (origin === 'string') return 'text of length';
  return origin === 'array' ? 'a list of length' : 'a number,';
}

/**
 * What zod found; at most one problem more than is shown.
 * @param jsonSchema for the names that an object may have
 */
export function explainIssues(
  error: z.ZodError | undefined,
  document: Document,
  jsonSchema: () => z.core.JSONSchema.BaseSchema,
): Problem[] {
  return (error?.issues.slice(0, MOST_PROBLEMS + 1) ?? []).flatMap(withinUnion).flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code !== 'unrecognized_keys')
      return [problemAt(path, document, document.valueAt(path), issue.message, knownValues(issue))];
    const known = namesAt(jsonSchema(), path);
    return issue.keys
      .slice(0, MOST_PROBLEMS + 1)
      .map((key) => problemAt([...path, key], document, key, `one of ${known.join(', ')}`, known));
  });
}

/** Where a name or an object may stand, the problems of the object, if it is one. */
function withinUnion(issue: Issue): Issue[] {
  const branches = issue.code === 'invalid_union' ? issue.errors : [];
  const ofObject = branches.find((branch) =>
    branch.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return ofObject?.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })) ?? [issue];
}

/** Our own checks pass a function that lists the names. */
function knownValues(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  const known: unknown = issue.code === 'custom' ? issue.params?.['known'] : undefined;
  return typeof known === 'function' ? (known as () => string[])() : [];
}

export function problemAt(
  path: readonly Step[],
  document: Document,
  value: unknown,
  expected: string,
  known: readonly string[] = [],
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
  const object = inner?.anyOf?.find(({ properties }) => properties !== undefined) ?? inner;
  return Object.keys(object?.properties ?? {});
}
