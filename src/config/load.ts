import { contradictions } from './contradictions.ts';
import { pathText, readingDocument, type Document } from './document.ts';
import { expectedKind, explainIssues } from './explain-issue.ts';
import { accountsJsonSchema } from './json-schema.ts';
import type { Problem } from './problem.ts';
import { ConfigError } from './errors.ts';
import { readText } from './read-text.ts';
import { configSchema, type Config } from './schema.ts';

/**
 * accounts.json with every default filled in.
 * @param text JSON; comments and trailing commas are allowed
 * @param fileName for the error message
 * @throws ConfigError with every problem at once
 */
export function parseConfig(text: string, fileName: string): Config {
  return readingDocument(text, fileName, (document) => {
    const parsed = configSchema.safeParse(document.value, { error: expectedKind });
    const acrossSettings = [...document.repeated, ...contradictionsIn(document)];
    if (parsed.success && acrossSettings.length === 0) return parsed.data;
    const explained = explainIssues(parsed.error, document, accountsJsonSchema);
    throw new ConfigError([...explained, ...acrossSettings].toSorted(byPlace), fileName);
  });
}

/**
 * Reads and parses accounts.json.
 * @throws ConfigError when the file cannot be read, or with every problem at once
 */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await readConfigText(path), path);
}

/**
 * The text of accounts.json.
 * @throws ConfigError when the file cannot be read
 */
export function readConfigText(path: string): Promise<string> {
  const missing = 'a file: copy accounts.example.json to begin, or try `keysweep demo`, which needs none';
  return readText(path, missing);
}

function contradictionsIn(document: Document): Problem[] {
  return contradictions(document.value).map((found) => ({
    path: pathText(found.path),
    ...document.locate(found.path),
    value: document.valueAt(found.path),
    expected: found.expected,
  }));
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
