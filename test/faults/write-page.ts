import { writeFile } from 'node:fs/promises';

import { CELLS, runCells } from './matrix.ts';
import { page, PAGE_FILE } from './page.ts';

/** `npm run fault-matrix`: runs every cell and writes docs/fault-matrix.md, which is then to be read. */
const cells = await runCells(CELLS);
await writeFile(PAGE_FILE, await page(cells));

const bad = cells.filter(({ judgement }) => judgement.wrong.length + judgement.broken.length > 0);
for (const { site, harm, judgement } of bad) {
  const what = [...judgement.wrong.map((write) => `wrong write: ${write}`), ...judgement.broken].join('; ');
  process.stderr.write(`${site.service}:${site.call}, ${site.position}, ${harm.name}: ${what}\n`);
}
process.stdout.write(`${cells.length} cells, ${bad.length} not as promised\n`);
process.exitCode = bad.length === 0 ? 0 : 1;
