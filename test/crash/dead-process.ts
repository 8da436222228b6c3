import { spawnSync } from 'node:child_process';

let dead: number | undefined;

/** The id of a process that has ended. */
function pidOfTheDead(): number {
  dead ??= spawnSync(process.execPath, ['-e', '']).pid;
  return dead;
}

/**
 * Makes every lock one of a process that died: in a test the run that was killed shares its process with the
 * next one.
 */
export function buryLocks(objects: Map<string, string>): void {
  for (const [key, body] of objects) {
    if (!key.startsWith('locks/')) continue;
    objects.set(key, JSON.stringify({ ...(JSON.parse(body) as object), pid: pidOfTheDead() }));
  }
}
