import * as z from 'zod';
import { withDocument } from './document.ts';
import { expectedKind, explainIssues } from './explain-issue.ts';
import { ConfigError } from './errors.ts';

/**
 * Parses a file that keysweep wrote and people may have edited.
 * @throws ConfigError with every problem, including repeated names
 */
export function readStrict<Value>(schema: z.ZodType<Value>, text: string, fileName: string): Value {
  return withDocument(text, fileName, (document) => {
    const parsed = schema.safeParse(document.value, { error: expectedKind });
    if (parsed.success && document.repeated.length === 0) return parsed.data;
    const names = () => z.toJSONSchema(schema, { io: 'input' });
    throw new ConfigError([...document.repeated, ...explainIssues(parsed.error, document, names)], fileName);
  });
}
