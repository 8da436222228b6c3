import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { BAD_USAGE } from '../../src/commands/exit-code.ts';
import { ROOT } from './pages.ts';

interface ErrorClass {
  readonly file: string;
  readonly name: string;
  readonly base: string;
  readonly body: string;
}

const CLASS = /class (\w+) extends (\w*Error) {\n([\s\S]*?)\n}/g;

/** Every class of the product that is an error. */
const classes: readonly ErrorClass[] = ['src', 'cdktf'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(CLASS)].map(
        ([, name = '', base = '', body = '']) => ({ file: `${folder}/${file}`, name, base, body }),
      ),
    ),
);
const own = classes.filter(({ name }) => name !== 'KeysweepError');

const codeOf = ({ body }: ErrorClass) => /readonly code = '([A-Z]+(?:_[A-Z]+)+)';/.exec(body)?.[1];

/** What docs/errors.md says of each code. */
const documented = [
  ...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(
    /^### (\w+)\n\n`(\w+)`, (exit code [12]|Lambda only)\. (?=\S)/gm,
  ),
].map(([, code = '', name = '', end = '']) => ({ code, name, end }));

describe('the errors', () => {
  it('extend one class, and stand in one file a folder', () => {
    expect(own.length).toBeGreaterThan(20);
    for (const { file, base } of own)
      expect(`${base} in ${file}`).toMatch(/^KeysweepError in (src\/\w+|cdktf)\/errors\.ts$/);
  });

  it('have a code and the name of their class', () => {
    for (const error of own) {
      expect(error.body).toContain(`override readonly name = '${error.name}';`);
      expect(codeOf(error), error.name).toBeDefined();
    }
  });

  it('are each on the page once, and nothing else is', () => {
    const pairs = own.map((error) => `${codeOf(error) ?? ''} ${error.name}`).toSorted();
    expect(documented.map(({ code, name }) => `${code} ${name}`).toSorted()).toEqual(pairs);
    expect(new Set(documented.map(({ code }) => code)).size).toBe(own.length);
    const headings = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').match(/^### /gm);
    expect(headings).toHaveLength(own.length);
  });

  it('have the exit code that the page gives', () => {
    const usage = documented.filter(({ end }) => end === 'exit code 2').map(({ code }) => code);
    expect(usage.toSorted()).toEqual([...BAD_USAGE].toSorted());
  });
});
