import { readFile } from 'node:fs/promises';
import { ConfigError } from './errors.ts';

/**
 * The text of a file that somebody named.
 * @param missing what was expected where there is none; completes "expected …"
 * @throws ConfigError when it cannot be read, or is not in UTF-8
 */
export async function readText(path: string, missing: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, reasonFor(cause, missing), cause);
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

function reasonFor(cause: unknown, missing: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return missing;
  if (code === 'EISDIR') return 'a file, and this is a folder: name the file in it';
  return `a file that can be read (${String(code ?? cause)})`;
}
