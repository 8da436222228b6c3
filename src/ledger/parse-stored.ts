import type { z } from 'zod';

import type { DeepReadonly } from '../config/deep-readonly.ts';
import { pathText, type Step } from '../config/document.ts';
import { expectedKind } from '../config/explain-issue.ts';
import { UnreadableLedgerError } from './errors.ts';

/** What a schema parses from an object of the ledger. */
export type Stored<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

/**
 * @param where the object, and the line if it has several, for the error
 * @throws UnreadableLedgerError
 */
export function parseStored<Value>(schema: z.ZodType<Value>, json: string, where: string): Value {
  const parsed = schema.safeParse(parseJson(json, where), { error: expectedKind });
  if (parsed.success) return parsed.data;
  throw new UnreadableLedgerError(`${where} does not match its schema: ${describeIssues(parsed.error)}`);
}

/**
 * The first issues, with their paths: a value of another kind may have a million.
 * @param error with the messages of {@link expectedKind}
 */
export function describeIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, 10).map(({ path, message }) => {
    const place = pathText(path as readonly Step[]);
    return `${place === '' ? '' : `${place}: `}expected ${message}`;
  });
  const rest = issues.length - shown.length;
  return `${shown.join('; ').slice(0, 2000)}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UnreadableLedgerError(`${where} is not valid JSON`, { cause });
  }
}
