import { spawnSync } from 'node:child_process';

let dead: number | undefined;

/** The ID of a process that has ended. */
function deadPid(): number {
  dead ??= spawnSync(process.execPath, ['-e', '']).pid;
  return dead;
}

/**
 * Changes every lock to that of a dead process, because here the killed run shares its process with the next.
 */
export function releaseDeadLocks(objects: Map<string, string>): void {
  for (const [key, body] of objects) {
    if (!key.startsWith('locks/')) continue;
    objects.set(key, JSON.stringify({ ...(JSON.parse(body) as object), pid: deadPid() }));
  }
}
