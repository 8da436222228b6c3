import { contradictions } from './contradictions.ts';
import { withDocument, type Document } from './document.ts';
import { expectedKind, explainIssues, problemAt } from './explain-issue.ts';
import { accountsJsonSchema } from './json-schema.ts';
import type { Problem } from './problem.ts';
import { ConfigError } from './errors.ts';
import { readText } from './read-text.ts';
import { configSchema, type Config } from './schema.ts';

/**
 * @param text JSON; comments and trailing commas are allowed
 * @param fileName for the error message
 * @throws ConfigError with every problem
 */
export function parseConfig(text: string, fileName: string): Config {
  return withDocument(text, fileName, (document) => {
    const parsed = configSchema.safeParse(document.value, { error: expectedKind });
    const acrossSettings = [...document.repeated, ...contradictionsIn(document)];
    if (parsed.success && acrossSettings.length === 0) return parsed.data;
    const explained = explainIssues(parsed.error, document, accountsJsonSchema);
    throw new ConfigError([...explained, ...acrossSettings].toSorted(byPosition), fileName);
  });
}

/** @throws ConfigError when the file cannot be read, or with every problem */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readConfigText(path), path);
}

/** @throws ConfigError when the file cannot be read */
export function readConfigText(path: string): Promise<string> {
  return readText(path, 'Write one with `keysweep init`, or try `keysweep demo`, which needs no file.');
}

function contradictionsIn(document: Document): Problem[] {
  return contradictions(document.value).map(({ path, expected }) =>
    problemAt(path, document, document.valueAt(path), expected),
  );
}

function byPosition(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
