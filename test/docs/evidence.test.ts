import { describe, expect, it } from 'vitest';

import { OUTCOMES } from '../../src/ledger/outcomes.ts';
import { recordSchema } from '../../src/ledger/record.ts';
import { PAGES } from './pages.ts';

const textOf = (path: string) => PAGES.find((page) => page.path === path)?.text ?? '';

describe('docs/evidence.md', () => {
  it.each(recordSchema.options.map(({ shape }) => shape.type.value))('says what %s proves', (type) => {
    expect(textOf('docs/evidence.md')).toMatch(new RegExp(`^\\|[^|]*\`${type}\`[^|]*\\|`, 'm'));
  });
});

describe('docs/operating-guide.md', () => {
  it.each(OUTCOMES.bad.filter((outcome) => outcome !== 'failed'))('says what to do about %s', (outcome) => {
    expect(textOf('docs/operating-guide.md')).toContain(`| \`${outcome}\` `);
  });
});
