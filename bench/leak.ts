import type { Choice } from './cells.ts';
import { buildPrograms, type LeakTook } from './processes.ts';
import { USERS_PER_ACCOUNT } from './setting.ts';

/** What `npm run bench -- --leak` prints: leaked keys in a warm process, and sweeping for them. */
export async function measureLeak(choice: Choice): Promise<string> {
  const { accounts = 500, users = USERS_PER_ACCOUNT, latency = 60 } = choice;
  const programs = await buildPrograms();
  try {
    const took = await programs.runLeak({ accounts, users, latency, trouble: 'none' });
    return [
      `${accounts} accounts, ${users} users in each, ${latency} ms an answer`,
      ...took.map(lineOf),
    ].join('\n');
  } finally {
    await programs.remove();
  }
}

function lineOf({ what, seconds, calls }: LeakTook): string {
  return `${what.padEnd(16)}  ${seconds.toFixed(2).padStart(7)} s  ${String(calls).padStart(7)} calls`;
}
