import { BELOW, type Surface } from './surface.ts';

/** The public surface of the last release. */
export interface Released {
  readonly surface: Surface;
  /** How often the changelog named each of them under Unreleased then: `npm version` leaves that empty. */
  readonly mentions: Readonly<Record<string, number>>;
}

/**
 * What was added, removed or changed since, without what is below an addition or a removal: a new command
 * brings its options.
 */
export function changedNames(before: Surface, now: Surface): string[] {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => before[name] !== now[name],
  );
  const moved = new Set(changed.filter((name) => !(name in before && name in now)));
  return changed.filter((name) => !moved.has(name.split(BELOW).slice(0, -1).join(BELOW))).sort();
}

/** How often `code` in a text names something: a word of it, or all of it. */
export function mentionsOf(name: string, text: string): number {
  const spans = Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code.replaceAll(/\s+/g, ' '));
  const words = (code: string): readonly string[] => code.match(/-{0,2}\w[\w-]*/g) ?? [];
  return spans.filter((code) => code === name || words(code).includes(name)).length;
}

/** The changes of the surface that the changelog does not name under Unreleased. */
export function unmentioned(released: Released, now: Surface, unreleased: string): string[] {
  return changedNames(released.surface, now).filter((path) => {
    const name = lastOf(path);
    return mentionsOf(name, unreleased) <= (released.mentions[name] ?? 0);
  });
}

export function lastOf(path: string): string {
  return path.split(BELOW).at(-1) ?? path;
}
