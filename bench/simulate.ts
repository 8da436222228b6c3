import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { scaleChart } from './simulate/chart.ts';
import { tables } from './simulate/tables.ts';

/**
 * Simulates sweeps past what this machine can hold, and writes tables and chart into docs/scale.md.
 *
 *     npm run simulate
 */
const DOCS = fileURLToPath(new URL('../docs', import.meta.url));
const page = join(DOCS, 'scale.md');

let text = await readFile(page, 'utf8');
for (const [name, table] of Object.entries(tables())) {
  const [begin, end] = [`<!-- simulated: ${name} -->`, `<!-- end of ${name} -->`];
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`${page} lacks ${begin} or ${end}`);
  text = `${text.slice(0, start)}${begin}\n\n${table}\n\n${text.slice(stop)}`;
  process.stdout.write(`${name}\n\n${table}\n\n`);
}
await writeFile(page, text);
await writeFile(join(DOCS, 'images', 'scale.svg'), scaleChart());
