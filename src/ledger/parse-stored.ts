import { prettifyError, type z } from 'zod';

import type { DeepReadonly } from '../config/deep-readonly.ts';
import { UnreadableLedgerError } from './errors.ts';

/** What a schema parses from an object of the ledger. */
export type Stored<Schema extends z.ZodType> = DeepReadonly<z.output<Schema>>;

/**
 * @param where the object, and the line if it has several, for the error
 * @throws UnreadableLedgerError
 */
export function parseStored<Value>(schema: z.ZodType<Value>, json: string, where: string): Value {
  const parsed = schema.safeParse(parseJson(json, where));
  if (parsed.success) return parsed.data;
  throw new UnreadableLedgerError(`${where} does not match its schema:\n${describeIssues(parsed.error)}`);
}

/** The first issues, with their paths: a value of another kind may have a million. */
export function describeIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, 10);
  const rest = issues.length - shown.length;
  const text = prettifyError({ issues: shown }).slice(0, 2000);
  return rest > 0 ? `${text}\n… and ${rest} more` : text;
}

function parseJson(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UnreadableLedgerError(`${where} is not valid JSON`, { cause });
  }
}
