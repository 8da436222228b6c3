import { isOk } from '../ledger/outcomes.ts';
import type { StoredAccount, StoredRun } from '../ledger/stored-run.ts';
import type { KeyDecision } from '../rules/decision.ts';

/** What is otherwise in a later run than in an earlier one. */
export interface RunDiff {
  readonly before: string;
  readonly after: string;
  /** Accounts that the earlier run did not list. */
  readonly accountsCame: readonly AccountThen[];
  /** Accounts that only the earlier run listed. */
  readonly accountsWent: readonly AccountThen[];
  readonly accountsChanged: readonly AccountChange[];
  /** Due now, and then kept or not there. */
  readonly keysNewlyDue: readonly KeyChange[];
  readonly keysStillDue: readonly KeyChange[];
  /** There then and not now, in accounts and of users who could be read both times. */
  readonly keysGone: readonly KeyChange[];
  /** Inactive then and active now. */
  readonly keysActivatedAgain: readonly KeyChange[];
  /** Users with keys, of accounts that could be read both times. */
  readonly usersCame: readonly UserThen[];
  readonly usersWent: readonly UserThen[];
}

export interface AccountThen {
  readonly accountId: string;
  readonly accountName: string;
  /** `without an end` in a run that was interrupted. */
  readonly outcome: string;
}

export interface AccountChange {
  readonly accountId: string;
  readonly accountName: string;
  readonly before: string;
  readonly after: string;
  /** Whether the account was covered then and is not now. */
  readonly worse: boolean;
  readonly reason: string;
}

export interface UserThen {
  readonly accountId: string;
  readonly accountName: string;
  readonly userName: string;
}

export interface KeyChange extends UserThen {
  readonly accessKeyId: string;
  /** The decision, its reason and what came of it, such as `deactivate (maxKeyAgeDays reached), deactivated`; empty: it was not there. */
  readonly before: string;
  readonly after: string;
}

/** Compares two runs, account by account and key by key. Pure. */
export function diffRuns(before: StoredRun, after: StoredRun): RunDiff {
  const listed = (run: StoredRun): StoredAccount[] => [...run.accounts.values()];
  const both = listed(after).flatMap((now) => {
    const then = before.accounts.get(now.account.id);
    return then ? [{ then, now }] : [];
  });
  const keys = both.flatMap(keyPairs);
  return {
    before: before.started.runId,
    after: after.started.runId,
    accountsCame: listed(after)
      .filter(({ account }) => !before.accounts.has(account.id))
      .map(accountThen),
    accountsWent: listed(before)
      .filter(({ account }) => !after.accounts.has(account.id))
      .map(accountThen),
    accountsChanged: both.flatMap(accountChange),
    keysNewlyDue: [
      ...keys.filter(({ then, now }) => isDue(now) && !isDue(then)).map(keyChange),
      ...listed(after)
        .filter(({ account }) => !before.accounts.has(account.id))
        .flatMap(dueKeysOf),
    ],
    keysStillDue: keys.filter(({ then, now }) => isDue(then) && isDue(now)).map(keyChange),
    keysGone: keys.filter(({ then, now, wereRead }) => wereRead && then && !now).map(keyChange),
    keysActivatedAgain: keys
      .filter(({ then, now }) => then?.status === 'Inactive' && now?.status === 'Active')
      .map(keyChange),
    usersCame: both.flatMap(({ then, now }) => usersOnlyIn(now, then)),
    usersWent: both.flatMap(({ then, now }) => usersOnlyIn(then, now)),
  };
}

function accountThen({ account, finished }: StoredAccount): AccountThen {
  return { accountId: account.id, accountName: account.name, outcome: finished?.outcome ?? 'without an end' };
}

interface Pair {
  readonly then: StoredAccount;
  readonly now: StoredAccount;
}

function accountChange({ then, now }: Pair): AccountChange[] {
  const [before, after] = [accountThen(then).outcome, accountThen(now).outcome];
  if (before === after) return [];
  const wasOk = then.finished !== undefined && isOk(then.finished.outcome);
  const nowOk = now.finished !== undefined && isOk(now.finished.outcome);
  const { id: accountId, name: accountName } = now.account;
  return [
    { accountId, accountName, before, after, worse: wasOk && !nowOk, reason: now.finished?.reason ?? '' },
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
  const [before, after] = [inWords(then, accounts.then), inWords(now, accounts.now)];
  return { accountId, accountName, userName, accessKeyId, before, after };
}

/** `deactivate (maxKeyAgeDays reached): deactivated`; empty for a key that was not there. */
function inWords(decision: KeyDecision | undefined, { writes }: StoredAccount): string {
  if (!decision) return '';
  const { action, reason, accessKeyId } = decision;
  const outcome = writes.get(accessKeyId)?.outcome;
  return `${action} (${reason})${outcome === undefined ? '' : `: ${outcome}`}`;
}

function dueKeysOf(now: StoredAccount): KeyChange[] {
  const accounts = { then: { ...now, plan: undefined }, now };
  return keyPairs(accounts)
    .filter((pair) => isDue(pair.now))
    .map(keyChange);
}

/** Users whose keys one run saw, where the other read the account and met no key of theirs. */
function usersOnlyIn(one: StoredAccount, other: StoredAccount): UserThen[] {
  if (!one.plan || !other.plan) return [];
  const known = new Set(other.plan.decisions.map(({ userName }) => userName));
  const names = new Set(one.plan.decisions.map(({ userName }) => userName));
  return [...names]
    .filter((userName) => !known.has(userName) && wasRead(other, userName))
    .map((userName) => ({ accountId: one.account.id, accountName: one.account.name, userName }));
}
