import { least } from 'd3-array';
import { distance } from 'fastest-levenshtein';

/**
 * The known name that was probably meant, ignoring case; undefined when none is similar enough.
 * @param within how many letters may differ; by default a third of the longer name, and at least two
 */
export function nearest(word: string, known: readonly string[], within?: number): string | undefined {
  const allowed = (name: string) => within ?? Math.max(2, Math.floor(Math.max(word.length, name.length) / 3));
  const candidates = known
    // First by length, because the word may be ten megabytes long.
    .filter((name) => Math.abs(word.length - name.length) <= allowed(name))
    .map((name) => ({ name, apart: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, apart }) => apart <= allowed(name));
  return least(candidates, ({ apart }) => apart)?.name;
}
