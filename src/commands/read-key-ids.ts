import { text } from 'node:stream/consumers';

import { readText } from '../config/read-text.ts';
import { keyIdsIn } from '../sweep/leak/key-ids.ts';
import { UsageError } from './errors.ts';

/** In the place of IDs: standard input. */
const STDIN = '-';

/**
 * Key IDs as given, and those in any text of a file or of standard input, each once.
 * @throws UsageError if there are none; ConfigError for a file that cannot be read
 */
export async function readKeyIds(given: readonly string[], file: string | undefined): Promise<string[]> {
  const texts = [
    ...(file === undefined || file === STDIN ? [] : [await readText(file, 'Name a file with key IDs.')]),
    ...(given.includes(STDIN) || file === STDIN ? [await text(process.stdin)] : []),
  ];
  const ids = [...new Set([...given.filter((id) => id !== STDIN), ...texts.flatMap(keyIdsIn)])];
  if (ids.length > 0) return ids;
  throw new UsageError(
    texts.length > 0
      ? 'The text has no ID of an access key, such as AKIAIOSFODNN7EXAMPLE.'
      : 'Name access keys by ID, a file of any text with --file FILE, or - for standard input.',
  );
}
