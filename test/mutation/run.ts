import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Stryker } from '@stryker-mutator/core';

import { PAGE_FILE, page } from './page.ts';
import { chosen, reportOf, ROOMS } from './rooms.ts';

/** `npm run mutation [-- ROOM or FILE …]`: mutates each room against its own tests, then writes the page. */
for (const [room, mutate] of chosen(process.argv.slice(2))) {
  // For test/mutation/vitest.config.ts, which another process reads.
  process.env.KEYSWEEP_ROOM = room;
  await new Stryker({ mutate: [...mutate], incrementalFile: reportOf(room) }).runMutationTest();
}

const run = Object.keys(ROOMS).filter((room) => existsSync(reportOf(room)));
const reports = await Promise.all(
  run.map(async (room) => [room, await readFile(reportOf(room), 'utf8')] as const),
);
await writeFile(PAGE_FILE, await page(reports));
