import { describe, expect, it } from 'vitest';

import { OUTCOMES } from '../../src/ledger/outcomes.ts';
import { recordSchema } from '../../src/ledger/record.ts';
import { CONTROLS, NOT_PROVEN } from '../../src/report/html/evidence-controls.ts';
import { PAGES } from './pages.ts';

const textOf = (path: string) => PAGES.find((page) => page.path === path)?.text ?? '';

/** Without marks and links, spaces folded. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/\*\*|`/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();

const sectionOf = (title: string): string =>
  textOf('docs/evidence.md').split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('docs/evidence.md', () => {
  it('and the page of a run name the same items of standards', () => {
    const rows = sectionOf('What follows for standards').match(/^\| .*\|$/gm) ?? [];
    expect(rows.slice(2).map((row) => row.split('|').slice(1, -1).map(plain))).toEqual(
      CONTROLS.map(({ items, requires, contributes }) => [items, requires, contributes]),
    );
  });

  it('and the page of a run say the same about what a run does not prove', () => {
    const points = sectionOf('What it does not prove').split('\n- ').slice(1).map(plain);
    expect(points).toHaveLength(NOT_PROVEN.length);
    for (const [index, point] of points.entries())
      expect(point.startsWith(NOT_PROVEN[index] ?? '?')).toBe(true);
  });

  it.each(recordSchema.options.map(({ shape }) => shape.type.value))('says what %s proves', (type) => {
    expect(textOf('docs/evidence.md')).toMatch(new RegExp(`^\\|[^|]*\`${type}\`[^|]*\\|`, 'm'));
  });
});

describe('docs/operating-guide.md', () => {
  it.each(OUTCOMES.bad.filter((outcome) => outcome !== 'failed'))('says what to do about %s', (outcome) => {
    expect(textOf('docs/operating-guide.md')).toContain(`| \`${outcome}\` `);
  });
});
