import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { anchorsOf, brokenLinks, brokenTargets, linksOf, reachable, type Link } from './links.ts';
import { PAGES, ROOT } from './pages.ts';

describe('the pages', () => {
  it('link to nothing that is not there', () => {
    expect(brokenLinks(PAGES, (path) => existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('are all there that messages and comments of the code name', () => {
    expect(brokenTargets(PAGES, namedInCode(), (path) => existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('can all be reached from the README', () => {
    const reached = reachable(PAGES, 'README.md');
    const missed = PAGES.map(({ path }) => path).filter((path) => !reached.has(path));
    expect(missed).toEqual([]);
  });

  it('are these, at least', () => {
    expect(PAGES.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/configuration.md', 'docs/adr/0007-lock.md']),
    );
  });
});

/** The pages, and anchors in them, that the sources name, such as docs/doctor.md#clock. */
function namedInCode(): Link[] {
  return ['src', 'sandbox', 'cdktf', 'scripts', 'bench'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`)
      .flatMap((from) =>
        [...readFileSync(join(ROOT, from), 'utf8').matchAll(/(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g)].map(
          ([, path = '', anchor]) => ({ from, path, anchor }),
        ),
      ),
  );
}

describe('the check of links', () => {
  const page = (path: string, text: string) => ({ path, text });
  const there = (path: string) => path === 'docs/a.md' || path === 'docs/b.md';

  it.each([
    ['a file that is not there', '[x](c.md)'],
    ['a file in another folder', '[x](../b.md)'],
    ['an anchor of this page that is not there', '[x](#below)'],
    ['an anchor of another page that is not there', '[x](b.md#below)'],
    ['an image that is not there', '![x](c.svg)'],
    ['an anchor that is no heading but in a block of code', '[x](#below)\n\n```sh\n# Below\n```'],
  ])('finds %s', (_, text) => {
    const pages = [page('docs/a.md', text), page('docs/b.md', '# Above')];
    expect(brokenLinks(pages, there)).toHaveLength(1);
  });

  it.each([
    ['a file', '[x](b.md)'],
    ['an anchor of another page', '[x](b.md#above)'],
    ['an anchor of this page', '## Be `low`, twice!\n[x](#be-low-twice)'],
    ['another site', '[x](https://example.com/c.md)'],
    ['code that looks like a link', '`[x](c.md)`\n\n```text\n[x](c.md)\n```'],
  ])('passes %s', (_, text) => {
    const pages = [page('docs/a.md', text), page('docs/b.md', '# Above')];
    expect(brokenLinks(pages, there)).toEqual([]);
  });

  it('numbers headings of one name', () => {
    expect([...anchorsOf(page('a.md', '# One\n## Two\n## Two\n'))]).toEqual(['one', 'two', 'two-1']);
  });

  it('finds a page and an anchor that only code names', () => {
    const pages = [page('docs/b.md', '# Above')];
    const named = (path: string, anchor?: string) => ({ from: 'src/x.ts', path, anchor });
    const targets = [named('docs/b.md', 'above'), named('docs/b.md', 'below'), named('docs/c.md')];
    expect(brokenTargets(pages, targets, there)).toEqual(targets.slice(1));
    expect(namedInCode().length).toBeGreaterThan(5);
  });

  it('reads every link of a line', () => {
    expect(linksOf(page('docs/a.md', '[x](b.md), [y](../README.md#z)')).map(({ path }) => path)).toEqual([
      'docs/b.md',
      'README.md',
    ]);
  });

  it('misses a page to which nothing leads', () => {
    const pages = [page('a.md', '[x](b/)'), page('b/c.md', ''), page('d.md', '[x](a.md)')];
    expect([...reachable(pages, 'a.md')]).toEqual(['a.md', 'b/c.md']);
  });
});
