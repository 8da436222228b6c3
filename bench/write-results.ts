import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { chart } from './chart.ts';
import { profileTable } from './profile-table.ts';
import type { Results } from './results.ts';
import { markdown, shortTable } from './table.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const SCALE = join(REPOSITORY, 'docs', 'scale.md');

/**
 * Stores what was found as JSON, Markdown and a chart in bench/results.
 * @param name of the files; only `full` also goes into docs/scale.md, and three rows of it into the README
 */
export async function writeResults(name: string, results: Results): Promise<void> {
  await writeFile(await resultsFile(`${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(await resultsFile(`${name}.md`), `${markdown(results)}\n`);
  await writeFile(await resultsFile(`${name}.svg`), chart(results));
  if (name === 'full') await putIntoPages('table', { readme: shortTable(results), scale: markdown(results) });
}

/** The path of a file in bench/results. */
export async function resultsFile(name: string): Promise<string> {
  const folder = join(REPOSITORY, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  return join(folder, name);
}

/** @throws when README.md or docs/scale.md has not both marks */
export async function putIntoPages(
  what: string,
  { readme, scale }: { readonly readme: string; readonly scale: string },
): Promise<void> {
  await putInto(join(REPOSITORY, 'README.md'), what, readme);
  await putInto(SCALE, what, scale);
}

/** Puts where the time went into docs/scale.md. */
export async function writeProfile({ rows, conditions }: Results): Promise<void> {
  const { command, date, commit, Node } = conditions;
  const from = `\`${command}\`, ${date}, commit ${commit}, Node ${Node}.`;
  await putInto(SCALE, 'profile', `${profileTable(rows)}\n\n${from}`);
}

/** @throws when the file has not both marks */
async function putInto(file: string, what: string, text: string): Promise<void> {
  const [begin, close] = [`<!-- the ${what} of npm run bench -->`, `<!-- end of the ${what} -->`];
  const before = await readFile(file, 'utf8');
  const [start, end] = [before.indexOf(begin), before.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`${file} lacks ${begin} or ${close}`);
  const wrapped = await format(text, { parser: 'markdown', proseWrap: 'always', printWidth: 100 });
  const after = `${before.slice(0, start)}${begin}\n\n${wrapped}\n${before.slice(end)}`;
  await writeFile(file, await format(after, { ...(await resolveConfig(file)), filepath: file }));
}
