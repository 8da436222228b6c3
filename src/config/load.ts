import { readFile } from 'node:fs/promises';
import type * as z from 'zod';
import { contradictions } from './contradictions.ts';
import { pathText, readDocument, type Document } from './document.ts';
import { expectedKind, explainIssue } from './explain-issue.ts';
import { accountsJsonSchema } from './json-schema.ts';
import { ConfigError, type Problem } from './problem.ts';
import { configSchema, type Config } from './schema.ts';

/**
 * accounts.json with every default filled in.
 * @param text JSON; comments and trailing commas are allowed
 * @param fileName for the error message
 * @throws ConfigError with every problem at once
 */
export function parseConfig(text: string, fileName: string): Config {
  const document = readDocument(text);
  if ('syntax' in document) throw new ConfigError(document.syntax, fileName);
  const parsed = configSchema.safeParse(document.value, { error: expectedKind });
  const acrossSettings = [...document.repeated, ...contradictionsIn(document)];
  if (parsed.success && acrossSettings.length === 0) return parsed.data;
  throw new ConfigError(
    [...explained(parsed.error, document), ...acrossSettings].toSorted(byPlace),
    fileName,
  );
}

/**
 * Reads and parses accounts.json.
 * @throws ConfigError when the file cannot be read, or with every problem at once
 */
export async function loadConfig(path: string): Promise<Config> {
  return parseConfig(await textOf(path), path);
}

function explained(error: z.ZodError | undefined, document: Document): Problem[] {
  if (error === undefined) return [];
  const jsonSchema = accountsJsonSchema();
  return error.issues.flatMap((issue) => explainIssue(issue, document, jsonSchema));
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

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, reasonFor(cause), cause);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'JSON in UTF-8; save the file in that encoding', cause);
  }
}

function unreadable(path: string, expected: string, cause: unknown): ConfigError {
  return new ConfigError([{ path: '', value: undefined, expected }], path, { cause });
}

function reasonFor(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') {
    return 'a file: copy accounts.example.json to begin, or try `keysweep demo`, which needs none';
  }
  if (code === 'EISDIR') return 'a file, and this is a folder: name the accounts.json in it';
  return `a file that can be read (${String(code ?? cause)})`;
}
