import { isOk } from '../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';
import type { Documents } from './json.ts';

export type RunDiff = Omit<Documents['diff'], 'version'>;
type AccountLine = RunDiff['accountsAdded'][number];
export type AccountChange = RunDiff['accountsChanged'][number];
export type KeyChange = RunDiff['keysNewlyDue'][number];
type UserLine = RunDiff['usersAdded'][number];

/** Compares two runs, account by account and key by key. */
export function diffRuns(before: StoredRun, after: StoredRun): RunDiff {
  const listed = (run: StoredRun): StoredAccount[] => [...run.accounts.values()];
  const both = listed(after).flatMap((now) => {
    const then = before.accounts.get(now.account.id);
    return then ? [{ then, now }] : [];
  });
  const keys = both.flatMap(keyPairs);
  return {
    beforeRunId: before.started.runId,
    afterRunId: after.started.runId,
    accountsAdded: listed(after)
      .filter(({ account }) => !before.accounts.has(account.id))
      .map(accountLine),
    accountsRemoved: listed(before)
      .filter(({ account }) => !after.accounts.has(account.id))
      .map(accountLine),
    accountsChanged: both.flatMap(accountChange),
    keysNewlyDue: [
      ...keys.filter(({ then, now }) => isDue(now) && !isDue(then)).map(keyChange),
      ...listed(after)
        .filter(({ account }) => !before.accounts.has(account.id))
        .flatMap(dueKeysOf),
    ],
    keysStillDue: keys.filter(({ then, now }) => isDue(then) && isDue(now)).map(keyChange),
    keysRemoved: keys.filter(({ then, now, wereRead }) => wereRead && then && !now).map(keyChange),
    keysReactivated: keys
      .filter(({ then, now }) => then?.status === 'Inactive' && now?.status === 'Active')
      .map(keyChange),
    usersAdded: both.flatMap(({ then, now }) => usersOnlyIn(now, then)),
    usersRemoved: both.flatMap(({ then, now }) => usersOnlyIn(then, now)),
  };
}

function accountLine({ account, finished }: StoredAccount): AccountLine {
  return { accountId: account.id, accountName: account.name, outcome: finished?.outcome ?? 'unfinished' };
}

interface Pair {
  readonly then: StoredAccount;
  readonly now: StoredAccount;
}

function accountChange({ then, now }: Pair): AccountChange[] {
  const [before, after] = [accountLine(then).outcome, accountLine(now).outcome];
  if (before === after) return [];
  const wasOk = then.finished !== undefined && isOk(then.finished.outcome);
  const nowOk = now.finished !== undefined && isOk(now.finished.outcome);
  const { id: accountId, name: accountName } = now.account;
  return [
    {
      accountId,
      accountName,
      before,
      after,
      coverageLost: wasOk && !nowOk,
      reason: now.finished?.reason ?? '',
    },
  ];
}

/** One key in two runs; undefined: it was not seen. */
interface KeyPair {
  readonly then: KeyDecision | undefined;
  readonly now: KeyDecision | undefined;
  readonly accounts: Pair;
  /** Whether its user's keys were read both times, so that one which is not seen is not there. */
  readonly wereRead: boolean;
}

function keyPairs(accounts: Pair): KeyPair[] {
  const then = decisionsOf(accounts.then);
  const now = decisionsOf(accounts.now);
  return [...new Set([...then.keys(), ...now.keys()])].map((id) => {
    const pair = { then: then.get(id), now: now.get(id), accounts };
    const userName = pair.then?.userName ?? pair.now?.userName ?? '';
    return { ...pair, wereRead: wasRead(accounts.then, userName) && wasRead(accounts.now, userName) };
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

function keyChange({ then, now, accounts }: KeyPair): KeyChange {
  const { id: accountId, name: accountName } = accounts.now.account;
  const { userName = '', accessKeyId = '' } = now ?? then ?? {};
  const [before, after] = [keyState(then, accounts.then), keyState(now, accounts.now)];
  return { accountId, accountName, userName, accessKeyId, before, after };
}

function keyState(decision: KeyDecision | undefined, { writes }: StoredAccount): KeyChange['before'] {
  if (!decision) return null;
  const { action, reason, accessKeyId } = decision;
  return { action, reason, outcome: writes.get(accessKeyId)?.outcome ?? null };
}

function dueKeysOf(now: StoredAccount): KeyChange[] {
  const accounts = { then: { ...now, plan: undefined }, now };
  return keyPairs(accounts)
    .filter((pair) => isDue(pair.now))
    .map(keyChange);
}

/** Users whose keys one run saw, where the other read the account and met no key of theirs. */
function usersOnlyIn(one: StoredAccount, other: StoredAccount): UserLine[] {
  if (!one.plan || !other.plan) return [];
  const known = new Set(other.plan.decisions.map(({ userName }) => userName));
  const names = new Set(one.plan.decisions.map(({ userName }) => userName));
  return [...names]
    .filter((userName) => !known.has(userName) && wasRead(other, userName))
    .map((userName) => ({ accountId: one.account.id, accountName: one.account.name, userName }));
}
