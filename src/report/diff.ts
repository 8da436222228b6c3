import type { Escape } from '../ledger/record.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';
import { about, diffInventories } from './diff-inventories.ts';
import type { Documents } from './json.ts';
import { isCovered, outcomeOf } from './not-covered.ts';

export type RunDiff = Omit<Documents['diff'], 'version'>;
type AccountLine = RunDiff['accountsAdded'][number];
export type KeyChange = RunDiff['keysNewlyDue'][number];
type UserLine = RunDiff['usersAdded'][number];

/** Compares two runs, account by account and key by key. */
export function diffRuns(earlier: StoredRun, later: StoredRun): RunDiff {
  const onlyIn = (run: StoredRun, other: StoredRun): StoredAccount[] =>
    [...run.accounts.values()].filter(({ account }) => !other.accounts.has(account.id));
  const added = onlyIn(later, earlier);
  const both = [...later.accounts.values()].flatMap((after) => {
    const before = earlier.accounts.get(after.account.id);
    return before ? [{ before, after }] : [];
  });
  const keys = both.flatMap(keyPairs);
  const newKeys = added.flatMap((after) => keyPairs({ before: { ...after, plan: undefined }, after }));
  return {
    beforeRunId: earlier.started.runId,
    afterRunId: later.started.runId,
    accountsAdded: added.map(accountLine),
    accountsRemoved: onlyIn(earlier, later).map(accountLine),
    accountsChanged: both
      .filter(({ before, after }) => outcomeOf(before) !== outcomeOf(after))
      .map(({ before, after }) => ({
        ...about(after),
        before: outcomeOf(before),
        after: outcomeOf(after),
        coverageLost: isCovered(before) && !isCovered(after),
        reason: after.finished?.reason ?? '',
      })),
    keysNewlyDue: [...keys, ...newKeys]
      .filter(({ before, after }) => isDue(after) && !isDue(before))
      .map(keyChange),
    keysStillDue: keys.filter(({ before, after }) => isDue(before) && isDue(after)).map(keyChange),
    keysRemoved: keys
      .filter((pair) => pair.wereRead && pair.before && !pair.after && !escapeOf(pair))
      .map(keyChange),
    keysEscaped: keys
      .filter(escapeOf)
      .map((pair) => ({ ...keyChange(pair), how: escapeOf(pair)?.how ?? '' })),
    keysReactivated: keys
      .filter(({ before, after }) => before?.status === 'Inactive' && after?.status === 'Active')
      .map(keyChange),
    inventory:
      later.started.mode === 'inventory'
        ? diffInventories([...both, ...added.map((after) => ({ before: undefined, after }))])
        : null,
    usersAdded: both.flatMap(({ before, after }) => usersOnlyIn(after, before)),
    usersRemoved: both.flatMap(({ before, after }) => usersOnlyIn(before, after)),
  };
}

function accountLine(stored: StoredAccount): AccountLine {
  return { ...about(stored), outcome: outcomeOf(stored) };
}

interface AccountPair {
  readonly before: StoredAccount;
  readonly after: StoredAccount;
}

/** One key in two runs; undefined: not seen. */
interface KeyPair {
  readonly before: KeyDecision | undefined;
  readonly after: KeyDecision | undefined;
  readonly accounts: AccountPair;
  /** Whether both runs read the user's keys: only then a key that was not seen is gone. */
  readonly wereRead: boolean;
}

function keyPairs(accounts: AccountPair): KeyPair[] {
  const before = decisionsOf(accounts.before);
  const after = decisionsOf(accounts.after);
  return [...new Set([...before.keys(), ...after.keys()])].map((id) => {
    const pair = { before: before.get(id), after: after.get(id), accounts };
    const userName = pair.before?.userName ?? pair.after?.userName ?? '';
    return { ...pair, wereRead: wasRead(accounts.before, userName) && wasRead(accounts.after, userName) };
  });
}

function decisionsOf({ plan }: StoredAccount): Map<string, KeyDecision> {
  return new Map((plan?.decisions ?? []).map((decision) => [decision.accessKeyId, decision]));
}

function wasRead({ plan }: StoredAccount, userName: string): boolean {
  return plan !== undefined && !plan.unreadUsers.some((user) => user.userName === userName);
}

function isDue(decision: KeyDecision | undefined): boolean {
  return decision !== undefined && decision.action !== 'keep';
}

function escapeOf({ before, after, accounts }: KeyPair): Escape | undefined {
  const id = (after ?? before)?.accessKeyId;
  return accounts.after.plan?.escaped?.find(({ accessKeyId }) => accessKeyId === id);
}

function keyChange({ before, after, accounts }: KeyPair): KeyChange {
  const { userName = '', accessKeyId = '' } = after ?? before ?? {};
  return {
    ...about(accounts.after),
    userName,
    accessKeyId,
    before: keyState(before, accounts.before),
    after: keyState(after, accounts.after),
  };
}

function keyState(decision: KeyDecision | undefined, { writes }: StoredAccount): KeyChange['before'] {
  if (!decision) return null;
  const { action, reason, accessKeyId } = decision;
  return { action, reason, outcome: writes.get(accessKeyId)?.outcome ?? null };
}

/** Users with keys in one run, if the other could read them and saw no key of theirs. */
function usersOnlyIn(one: StoredAccount, other: StoredAccount): UserLine[] {
  if (!one.plan || !other.plan) return [];
  const known = new Set(
    [...other.plan.decisions, ...(other.plan.escaped ?? [])].map(({ userName }) => userName),
  );
  const names = new Set(one.plan.decisions.map(({ userName }) => userName));
  return [...names]
    .filter((userName) => !known.has(userName) && wasRead(other, userName))
    .map((userName) => ({ ...about(one), userName }));
}
