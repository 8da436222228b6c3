import { posix } from 'node:path';

import { prose, type Page } from './pages.ts';

/** A link from a page to something of the repository. */
export interface Link {
  readonly from: string;
  /** From the root; the page itself for a mere `#anchor`. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The relative links of a page, images too. */
export function linksOf(page: Page): Link[] {
  const targets = [...withoutCode(page).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      const from = page.path;
      return { from, path: path === '' ? from : posix.join(posix.dirname(from), path), anchor };
    });
}

/** The anchors that GitHub makes of the headings of a page. */
export function anchorsOf(page: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} (.*)$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}

/**
 * The links of the pages that lead nowhere.
 * @param exists whether there is a file or a folder of that path
 */
export function brokenLinks(pages: readonly Page[], exists: (path: string) => boolean): Link[] {
  return brokenTargets(pages, pages.flatMap(linksOf), exists);
}

/** Those of some links, wherever they stand, that lead nowhere. */
export function brokenTargets(
  pages: readonly Page[],
  links: readonly Link[],
  exists: (path: string) => boolean,
): Link[] {
  const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]));
  return links.filter(
    ({ path, anchor }) => !exists(path) || (anchor !== undefined && anchors.get(path)?.has(anchor) !== true),
  );
}

/**
 * The pages to which links lead from that one, over any number of others; a link to a folder leads to the
 * pages in it.
 */
export function reachable(pages: readonly Page[], start: string): Set<string> {
  const reached = new Set([start]);
  for (const path of reached) {
    const page = pages.find((other) => other.path === path);
    for (const link of page ? linksOf(page) : []) {
      const folder = link.path.replace(/\/$/, '');
      for (const other of pages)
        if (other.path === link.path || posix.dirname(other.path) === folder) reached.add(other.path);
    }
  }
  return reached;
}

function withoutCode(page: Page): string {
  return prose(page).replaceAll(/`[^`\n]*`/g, 'code');
}

/**
 * https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/table_of_contents_filter.rb
 */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
}
