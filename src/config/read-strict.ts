import * as z from 'zod';
import { readingDocument } from './document.ts';
import { expectedKind, explainIssues } from './explain-issue.ts';
import { ConfigError } from './errors.ts';

/**
 * Reads a file that keysweep wrote and people may have edited.
 * @throws ConfigError with every problem at once, names that stand twice among them
 */
export function readStrict<Value>(schema: z.ZodType<Value>, text: string, fileName: string): Value {
  return readingDocument(text, fileName, (document) => {
    const parsed = schema.safeParse(document.value, { error: expectedKind });
    if (parsed.success && document.repeated.length === 0) return parsed.data;
    const names = () => z.toJSONSchema(schema, { io: 'input' });
    throw new ConfigError([...document.repeated, ...explainIssues(parsed.error, document, names)], fileName);
  });
}
