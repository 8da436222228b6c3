import { readdirSync, readFileSync } from 'node:fs';

import ts from 'typescript';
import { describe, expect, it } from 'vitest';

import { EQUIVALENT } from './equivalent.ts';
import { page, PAGE_FILE, quote } from './page.ts';
import { NOT_MEASURED, ROOMS } from './rooms.ts';

const stored = readFileSync(PAGE_FILE, 'utf8');

it.each(Object.entries(ROOMS))(
  'docs/mutation.md has every file of %s in which there is something to mutate',
  (room, leftOut) => {
    const files = readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `src/${room}/${name}`)
      .filter((file) => file.endsWith('.ts') && !leftOut.includes(file) && !hasNothingToMutate(file));
    expect(files).not.toEqual([]);
    const isNamed = (file: string): boolean => NOT_MEASURED.includes(file) && stored.includes(`- ${file}\n`);
    const missing = files.filter((file) => !stored.includes(`\n| ${file} `) && !isNamed(file));
    expect(missing, `run npm run mutation -- ${missing.join(' ')}`).toEqual([]);
  },
);

it('docs/mutation.md explains every mutant that survived', () => {
  expect(stored).toMatch(/## Survived\n\n.*\n\nNone\.\n$/s);
});

describe('Equivalent mutants', () => {
  it('name code that is in their file exactly once', () => {
    const count = (file: string, code: string): number => readFileSync(file, 'utf8').split(code).length - 1;
    expect(EQUIVALENT.filter(({ file, code }) => count(file, code) !== 1)).toEqual([]);
  });

  it('are on the page with their reasons', () => {
    const listed = stored.split('## Equivalent')[1]?.replace(/\s+/g, ' ');
    const texts = EQUIVALENT.flatMap(({ file, code, mutated, reason }) => [
      `- ${reason} - `,
      `- ${file}: ${quote(code)} → ${quote(mutated)}`,
    ]);
    expect(texts.filter((text) => !listed?.includes(text))).toEqual([]);
  });

  const source = 'const last = list.at(-1);\nif (last !== undefined) push(last);\n';
  const one = {
    file: 'src/a.ts',
    code: 'if (last !== undefined)',
    mutated: 'if (true)',
    reason: 'A reason.',
  };
  const survivor = (replacement: string): string => reportOf(source, replacement, 'Survived');

  it('are no survivors', async () => {
    const text = await page([['a', survivor('true')]], [one]);
    expect(text).toContain('- A reason.\n  - src/a.ts: `if (last !== undefined)` → `if (true)`\n');
    expect(text).toMatch(/\| src\/a\.ts +\| +0 \| +0 \| +0 \| +0 \| .* \| +1 \|/);
    expect(text).toMatch(/## Survived\n.*None\.\n$/s);
  });

  it('are those only that make the listed change', async () => {
    const list = [one, { ...one, mutated: 'if (false)' }];
    await expect(page([['a', survivor('true')]], list)).rejects.toThrow(
      'if (last !== undefined) -> if (false)',
    );
    const text = await page([['a', survivor('last === undefined')]], []);
    expect(text).toContain(
      '- src/a.ts:2 (X): in `if (last !== undefined) push(last);`, `last === undefined`\n',
    );
  });

  it('are not on the list when a test kills them', async () => {
    const report = reportOf(source, 'true', 'Killed');
    await expect(page([['a', report]], [one])).rejects.toThrow('did not survive');
  });

  it('of a file that was not run are not looked for', async () => {
    await expect(page([['a', survivor('true')]], [{ ...one, file: 'src/b.ts' }])).resolves.toContain('(X)');
  });
});

/** A report of one mutant: of the condition in the second line. */
function reportOf(source: string, replacement: string, status: string): string {
  const location = { start: { line: 2, column: 5 }, end: { line: 2, column: 23 } };
  const mutants = [{ mutatorName: 'X', replacement, status, location }];
  return JSON.stringify({ files: { 'src/a.ts': { source, mutants } } });
}

/** It has only types and lists of constants. */
function hasNothingToMutate(file: string): boolean {
  const code = readFileSync(file, 'utf8').replaceAll(/^export const \w+ = \[[^\]]*\] as const;$/gm, '');
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true },
  });
  return outputText.trim() === 'export {};';
}
