import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** A Markdown page that people read. */
export interface Page {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** README, its neighbours, and everything in docs. */
export const PAGES: readonly Page[] = [...pagesIn('.', false), ...pagesIn('docs', true)];

function pagesIn(folder: string, recursive: boolean): Page[] {
  return readdirSync(join(ROOT, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** The fenced blocks of a page in one of these languages. */
export function blocks({ text }: Page, ...languages: readonly string[]): string[] {
  return [...text.matchAll(FENCE)]
    .filter(([, , language = '']) => languages.includes(language))
    .map(([, , , body = '']) => body);
}

/** The page without its fenced blocks. */
export function prose({ text }: Page): string {
  return text.replaceAll(FENCE, '');
}
