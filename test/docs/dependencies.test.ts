import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ROOT } from '../../scripts/bundle.js';
import { bundledDependencies, readReasons, unexplained } from '../../scripts/dependencies-page.ts';

const dependencies = await bundledDependencies();
const page = await readFile(join(ROOT, 'docs', 'dependencies.md'), 'utf8');

describe('docs/dependencies.md', () => {
  it('lists each package that is bundled, with version, licence and source, and no other', () => {
    const rows = page.matchAll(/^\| `([^`]+)` +(\S+) +\| (\S[^|]*?) +\| (\S+)/gm);
    const listed = Array.from(rows, ([, ...parts]) => parts.join(' '));
    const bundled = dependencies.map((each) => `${each.name} ${each.version} ${each.license} ${each.source}`);
    expect(bundled.length).toBeGreaterThan(60);
    expect([...new Set(listed)].sort()).toEqual([...new Set(bundled)].sort());
  });

  it('says of each that package.json names what it is for, and of none that is gone', async () => {
    const reasons = await readReasons();
    expect(unexplained(dependencies, reasons)).toEqual([]);
    const without = Object.keys(reasons).filter((name) => {
      const others = Object.entries(reasons).filter(([each]) => each !== name);
      return unexplained(dependencies, Object.fromEntries(others)).length === 0;
    });
    expect(without).toEqual([]);
  });
});
