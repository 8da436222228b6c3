import { access, readFile } from 'node:fs/promises';
import { ConfigError } from './errors.ts';

/**
 * @param hint what to do when the file does not exist
 * @throws ConfigError when the file cannot be read, or is not in UTF-8
 */
export async function readText(path: string, hint: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unreadable(path, messageFor(cause, hint), cause);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, 'is not in UTF-8. Save it in that encoding.', cause);
  }
}

export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unreadable(path: string, message: string, cause: unknown): ConfigError {
  return new ConfigError([{ path: '', value: undefined, message }], path, { cause });
}

function messageFor(cause: unknown, hint: string): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT') return `does not exist. ${hint}`;
  if (code === 'EISDIR') return 'is a folder. Name the file in it.';
  return `cannot be read (${String(code ?? cause)}).`;
}
