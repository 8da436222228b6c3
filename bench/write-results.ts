import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { format, resolveConfig } from 'prettier';

import { chart } from './chart.ts';
import type { Results } from './results.ts';
import { markdown, markdownTable } from './table.ts';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const BEGIN = '<!-- the table of npm run bench -->';
const END = '<!-- end of the table -->';
const CHART = '![Wall time of each run, with the time below which it cannot be](bench/results/full.svg)';

/**
 * Stores what was found as JSON, Markdown and a chart in bench/results.
 * @param name of the files; only `full` also goes into the README, and with its notes into docs/scale.md
 */
export async function writeResults(name: string, results: Results): Promise<void> {
  const folder = join(REPOSITORY, 'bench', 'results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(join(folder, `${name}.md`), `${markdown(results)}\n`);
  await writeFile(join(folder, `${name}.svg`), chart(results));
  if (name !== 'full') return;
  await putInto(join(REPOSITORY, 'README.md'), `${markdownTable(results)}\n\n${CHART}`);
  await putInto(join(REPOSITORY, 'docs', 'scale.md'), markdown(results));
}

/** @throws when the file has not both marks */
async function putInto(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  const [start, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${file} lacks ${BEGIN} or ${END}`);
  const after = `${before.slice(0, start)}${BEGIN}\n\n${text}\n\n${before.slice(end)}`;
  await writeFile(file, await format(after, { ...(await resolveConfig(file)), filepath: file }));
}
