import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { sweepAgain, sweepWith, type Cell, type Outcome } from './cell.ts';
import { HARMS } from './harms.ts';
import { judgeCell, type UserDecision } from './judge.ts';
import type { Site } from './site.ts';
import { SITES } from './sites.ts';
import { DUE, organizationOfCell, PAGE } from './world.ts';

export interface JudgedCell extends Cell {
  readonly outcome: Outcome;
  readonly judgement: UserDecision;
}

/** Sweeps at a time, each on a sandbox of its own: most of them wait for something. */
const LANES = 12;

export const CELLS: readonly Cell[] = SITES.flatMap((site) =>
  HARMS.filter((harm) => harm.at(site)).map((harm) => ({ site, harm })),
);

/** What another fault or the same one elsewhere shows as well; a minute is much for `npm test`. */
const SAME_AGAIN = ['error 503', 'denied by a service control policy', 'denied by a permissions boundary'];

/**
 * Enough for every day: all failures at the first call of each kind, and those of the others that tell
 * something new; each wrong answer at one of the calls of a kind, round and round.
 */
export function isForEveryDay({ site, harm }: Cell): boolean {
  if (harm.isAnswer) {
    const own = CELLS.filter((cell) => cell.harm === harm && cell.site.call === site.call);
    return own[HARMS.indexOf(harm) % own.length]?.site === site;
  }
  if (/^(first|only)/.test(site.position)) return true;
  if (SAME_AGAIN.some((name) => harm.name.startsWith(name))) return false;
  return !site.position.startsWith('middle') || !harm.heals(site);
}

/**
 * Runs cells.
 * @param run how each is run and judged
 * @returns them in the order in which they were given
 */
export async function runCells(cells: readonly Cell[], run = runCell): Promise<JudgedCell[]> {
  const queue = [...cells.entries()];
  const judged: JudgedCell[] = [];
  const lane = async (): Promise<void> => {
    const sandbox = await startFaultSandbox();
    for (let next = queue.shift(); next; next = queue.shift()) judged[next[0]] = await run(sandbox, next[1]);
    await sandbox.close();
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return judged;
}

export function startFaultSandbox(): Promise<Sandbox> {
  return startSandbox({ organization: organizationOfCell, pages: { maximumSize: PAGE } });
}

export async function runCell(sandbox: Sandbox, cell: Cell): Promise<JudgedCell> {
  sandbox.reset();
  const outcome = await sweepWith(sandbox, cell);
  const judgement = judgeCell(cell, outcome);
  const again = mayHaveLeftALock(cell.site, outcome) ? await convergence(sandbox) : [];
  return { ...cell, outcome, judgement: { ...judgement, broken: [...judgement.broken, ...again] } };
}

/**
 * Where the ledger cannot be written, the lock may stay behind too: the next run must get past it and finish
 * the job.
 */
function mayHaveLeftALock({ call }: Site, { exitCode }: Outcome): boolean {
  return (call === 'PutObject' || call === 'HeadObject') && exitCode !== 0;
}

async function convergence(sandbox: Sandbox): Promise<string[]> {
  const { exitCode, error } = await sweepAgain(sandbox);
  const left = DUE.filter((key) => !isDone(sandbox, key)).map((key) => `the next sweep left ${key}`);
  return exitCode === 0 ? left : [...left, `the next sweep ended with ${exitCode}: ${String(error)}`];
}

function isDone({ organization }: Sandbox, key: string): boolean {
  const [account = '', userName = ''] = key.split('/');
  return organization
    .user(account, userName)
    .keys.every(({ status }) => status === 'Inactive' && userName === 'ada');
}
