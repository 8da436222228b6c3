import { checkCoverage, totals } from '../../src/ledger/totals.ts';
import type { StoredRun, StoredWrite } from '../../src/ledger/stored-run.ts';
import type { Cell, KeyChange, Outcome } from './cell.ts';
import { allowedIn, type Allowed } from './model.ts';
import { DUE } from './world.ts';

/** Keys that changed, and what is not as promised; a cell is good when `wrong` and `broken` are empty. */
export interface UserDecision {
  readonly written: readonly string[];
  /** Writes that incomplete knowledge does not allow. */
  readonly wrong: readonly string[];
  /** Any other promise that was not kept. */
  readonly broken: readonly string[];
}

export function judgeCell(
  cell: Cell,
  outcome: Outcome,
  { may, must, silently }: Allowed = allowedIn(cell.site, cell.harm),
): UserDecision {
  const changed = outcome.keys.filter(({ before, after }) => before !== after);
  const written = changed.map(({ key }) => key);
  const missed = [...must].filter((key) => !written.includes(key));
  return {
    written,
    wrong: changed.filter((change) => !may.has(change.key) || !isMeant(change)).map(changeText),
    broken: [
      ...(outcome.struck === 0 ? ['the fault never struck'] : []),
      ...(outcome.unreadable === undefined ? [] : [outcome.unreadable]),
      ...outcome.unsigned.map((key) => `${key} is not signed`),
      ...missed.map((key) => `${key} was not written`),
      ...loudness(outcome, [...written, ...silently]),
      ...(outcome.stored ? truth(outcome.stored, outcome.keys, silently) : changed.map(withoutIntent)),
      ...(outcome.stored ? sums(outcome.stored) : []),
    ],
  };
}

/** ada's keys are deactivated, bob's deleted. */
function isMeant({ key, before, after }: KeyChange): boolean {
  return key.endsWith('/ada')
    ? before === 'Active' && after === 'Inactive'
    : before === 'Inactive' && after === 'gone';
}

function changeText({ key, before, after }: KeyChange): string {
  return `${key}: ${before} → ${after}`;
}

function withoutIntent(change: KeyChange): string {
  return `${changeText(change)} without an intent in the ledger`;
}

/** Exit code 0 says that all is done, and nothing else may say it. */
function loudness({ exitCode, summary, stored }: Outcome, settled: readonly string[]): string[] {
  if (exitCode !== 0) return [];
  const left = DUE.filter((key) => !settled.includes(key)).map((key) => `exit code 0 and ${key} is left`);
  const agrees = summary?.verdict === 'ok' && stored?.summary?.verdict === 'ok';
  return agrees ? left : [...left, 'exit code 0 and the ledger does not say ok'];
}

const ENDED_AS: Readonly<Record<string, string | undefined>> = {
  deactivated: 'Inactive',
  deleted: 'gone',
  'already-gone': 'gone',
};

/** What the ledger says of a key is so, and no key changed of which it says nothing. */
function truth({ accounts }: StoredRun, keys: readonly KeyChange[], silently: ReadonlySet<string>): string[] {
  const writes = new Map<string, StoredWrite>();
  for (const account of accounts.values())
    for (const [accessKeyId, write] of account.writes) writes.set(accessKeyId, write);
  return keys.flatMap((change): string[] => {
    const write = writes.get(change.accessKeyId);
    if (!write?.intended && change.before !== change.after) return [withoutIntent(change)];
    if (!write || write.outcome === 'unconfirmed' || silently.has(change.key)) return [];
    const said = ENDED_AS[write.outcome] ?? change.before;
    return said === change.after ? [] : [`the ledger says ${write.outcome} of ${changeText(change)}`];
  });
}

/** A run that came to its end has one outcome for every account, and its totals are their sum. */
function sums({ accounts, summary }: StoredRun): string[] {
  if (!summary) return [];
  const listed = [...accounts.values()].map(({ account }) => account);
  const finished = [...accounts.values()].flatMap((account) => (account.finished ? [account.finished] : []));
  const added = totals(finished);
  const same =
    JSON.stringify(added.keys) === JSON.stringify(summary.keys) &&
    Object.values(summary.accounts).reduce((sum, count) => sum + count, 0) === summary.accountsListed &&
    summary.accountsListed === listed.length;
  return [
    ...checkCoverage(listed, finished, summary.mode).map(
      ({ accountId, problem }) => `${accountId} ${problem}`,
    ),
    ...(same ? [] : ['the totals do not add up']),
  ];
}
