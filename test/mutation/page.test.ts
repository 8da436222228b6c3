import { readdirSync, readFileSync } from 'node:fs';

import ts from 'typescript';
import { expect, it } from 'vitest';

import { PAGE_FILE } from './page.ts';
import { ROOMS } from './rooms.ts';

const page = readFileSync(PAGE_FILE, 'utf8');

it.each(Object.entries(ROOMS))(
  'docs/mutation.md has every file of %s in which there is something to mutate',
  (room, leftOut) => {
    const files = readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `src/${room}/${name}`)
      .filter((file) => file.endsWith('.ts') && !leftOut.includes(file) && !holdsOnlyTypes(file));
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !page.includes(`\n| ${file} `))).toEqual([]);
  },
);

it('docs/mutation.md explains every mutant that no test tells from the code', () => {
  expect(page).toMatch(/## Survived\n\n.*\n\nNone\.\n$/s);
});

/** What of it runs is nothing. */
function holdsOnlyTypes(file: string): boolean {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true },
  });
  return outputText.trim() === 'export {};';
}
