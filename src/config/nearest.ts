import { distance } from 'fastest-levenshtein';

/**
 * The known name that `word` was probably meant to be, compared without case; undefined when none is near.
 * @param within how many letters may differ; by default a third of the longer name, and at least two
 */
export function nearest(word: string, known: readonly string[], within?: number): string | undefined {
  const apart = (name: string) => distance(word.toLowerCase(), name.toLowerCase());
  const allowed = (name: string) => within ?? Math.max(2, Math.floor(Math.max(word.length, name.length) / 3));
  return (
    known
      // Names that differ by more letters than that in length alone are not near; the word may be ten megabytes.
      .filter((name) => Math.abs(word.length - name.length) <= allowed(name))
      .map((name) => ({ name, apart: apart(name), allowed: allowed(name) }))
      .filter((candidate) => candidate.apart <= candidate.allowed)
      .reduce<{ name: string; apart: number } | undefined>(
        (best, candidate) => (best === undefined || candidate.apart < best.apart ? candidate : best),
        undefined,
      )?.name
  );
}
