import { columns } from './columns.ts';
import type { KeyChange, RunDiff } from './diff.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

/** What got worse comes first. */
export function renderDiff(diff: RunDiff, { style, rows: most }: TextOptions): string {
  const part = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
    rows.length === 0
      ? ''
      : [
          `${style.bold(title)} (${rows.length})`,
          columns(head, rows.slice(0, most), style),
          ...more(rows.length - most),
        ].join('\n');
  const account = ['account', 'name'];
  const change = [...account, 'before', 'after', 'reason'];
  const user = [...account, 'user'];
  const key = [...user, 'key', 'before', 'after'];
  const changed = (lost: boolean): string[][] =>
    diff.accountsChanged
      .filter(({ coverageLost }) => coverageLost === lost)
      .map((line) => [line.accountId, line.accountName, line.before, line.after, line.reason]);
  const parts = [
    style.bold(`${diff.beforeRunId} → ${diff.afterRunId}`),
    part(style.bad('Accounts no longer covered'), change, changed(true)),
    part('Accounts with another outcome', change, changed(false)),
    part('Accounts added', [...account, 'outcome'], diff.accountsAdded.map(accountRow)),
    part('Accounts removed', [...account, 'outcome before'], diff.accountsRemoved.map(accountRow)),
    part('Keys newly due', key, diff.keysNewlyDue.map(keyRow)),
    part('Keys due in both runs', key, diff.keysStillDue.map(keyRow)),
    part('Keys reactivated', key, diff.keysReactivated.map(keyRow)),
    part(
      style.bad('Keys that escaped, though they live'),
      [...key, 'how'],
      diff.keysEscaped.map((line) => [...keyRow(line), line.how]),
    ),
    part('Keys no longer seen', key, diff.keysRemoved.map(keyRow)),
    part('Users with keys added', user, diff.usersAdded.map(userRow)),
    part('Users with keys removed', user, diff.usersRemoved.map(userRow)),
    lastLine(diff),
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

function lastLine(diff: RunDiff): string {
  const accounts = diff.accountsAdded.length + diff.accountsRemoved.length + diff.accountsChanged.length;
  const counts = [
    `${plural(accounts, 'account')} changed`,
    `${plural(diff.keysNewlyDue.length, 'key')} newly due`,
    `${diff.keysStillDue.length} due in both`,
    `${diff.keysRemoved.length} no longer seen`,
    `${diff.keysEscaped.length} escaped`,
  ];
  return `${counts.join(', ')}.`;
}

function accountRow({ accountId, accountName, outcome }: RunDiff['accountsAdded'][number]): string[] {
  return [accountId, accountName, outcome];
}

function keyRow({ accountId, accountName, userName, accessKeyId, before, after }: KeyChange): string[] {
  return [accountId, accountName, userName, accessKeyId, keyState(before), keyState(after)];
}

function userRow({ accountId, accountName, userName }: RunDiff['usersAdded'][number]): string[] {
  return [accountId, accountName, userName];
}

/** `deactivate (maxKeyAgeDays reached): deactivated` */
function keyState(state: KeyChange['before']): string {
  if (!state) return 'none';
  const { action, reason, outcome } = state;
  return `${action} (${reason})${outcome === null ? '' : `: ${outcome}`}`;
}
