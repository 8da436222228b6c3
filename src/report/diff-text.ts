import { columns } from './columns.ts';
import type { AccountChange, AccountThen, KeyChange, RunDiff, UserThen } from './diff.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

/** What is otherwise, for a person: what got worse first, and nothing about what stayed. Pure. */
export function renderDiff(diff: RunDiff, { style, rows: most }: TextOptions): string {
  const part = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
    rows.length === 0
      ? ''
      : [
          `${style.bold(title)} (${rows.length})`,
          columns(head, rows.slice(0, most)),
          ...more(rows.length - most),
        ].join('\n');
  const account = ['account', 'name'];
  const key = [...account, 'user', 'key', 'then', 'now'];
  const changed = (worse: boolean): string[][] =>
    diff.accountsChanged.filter((change) => change.worse === worse).map(changeRow);
  const parts = [
    style.bold(`${diff.before} → ${diff.after}`),
    part(
      style.bad('Accounts that are not covered any more'),
      [...account, 'then', 'now', 'why'],
      changed(true),
    ),
    part('Accounts that ended otherwise', [...account, 'then', 'now', 'why'], changed(false)),
    part('Accounts that came', [...account, 'outcome'], diff.accountsCame.map(accountRow)),
    part('Accounts that went', [...account, 'outcome then'], diff.accountsWent.map(accountRow)),
    part('Keys that are newly due', key, diff.keysNewlyDue.map(keyRow)),
    part('Keys that were due in both', key, diff.keysStillDue.map(keyRow)),
    part('Keys that were activated again', key, diff.keysActivatedAgain.map(keyRow)),
    part('Keys that are gone', key, diff.keysGone.map(keyRow)),
    part('Users with keys that came', [...account, 'user'], diff.usersCame.map(userRow)),
    part('Users with keys that went', [...account, 'user'], diff.usersWent.map(userRow)),
    lastLine(diff),
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

function lastLine(diff: RunDiff): string {
  const accounts = diff.accountsCame.length + diff.accountsWent.length + diff.accountsChanged.length;
  const counts = [
    `${plural(accounts, 'account')} changed`,
    `${plural(diff.keysNewlyDue.length, 'key')} newly due`,
    `${diff.keysStillDue.length} due in both`,
    `${diff.keysGone.length} gone`,
  ];
  return `${counts.join(', ')}.`;
}

function accountRow({ accountId, accountName, outcome }: AccountThen): string[] {
  return [accountId, accountName, outcome];
}

function changeRow({ accountId, accountName, before, after, reason }: AccountChange): string[] {
  return [accountId, accountName, before, after, reason];
}

function keyRow({ accountId, accountName, userName, accessKeyId, before, after }: KeyChange): string[] {
  return [accountId, accountName, userName, accessKeyId, before || '(not there)', after || '(not there)'];
}

function userRow({ accountId, accountName, userName }: UserThen): string[] {
  return [accountId, accountName, userName];
}
