import { group } from 'd3-array';

import type { KeyChange, RunDiff } from './diff.ts';
import type { InventoryDiff } from './diff-inventories.ts';
import { tableSection, type TextOptions } from './text.ts';
import { plural } from './words.ts';

type Part = (title: string, head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** What got worse comes first. */
export function renderDiff(diff: RunDiff, options: TextOptions): string {
  const { style } = options;
  const part: Part = (title, head, rows) =>
    tableSection(`${style.bold(title)} (${rows.length})`, head, rows, options);
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
    ...(diff.inventory ? inventoryParts(diff.inventory, part) : []),
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

type ChangedKey = InventoryDiff['keys'][number];

const CHANGES: Readonly<Record<string, (key: ChangedKey) => boolean>> = {
  'Keys that no sweep governs any more': ({ before, after }) =>
    before?.governance === 'governed' && after !== null && after.governance !== 'governed',
  'Keys with another status or governance': ({ before, after }) => before !== null && after !== null,
  'Keys added': ({ before }) => before === null,
  'Keys removed': () => true,
};

function inventoryParts({ keys, rootKeys }: InventoryDiff, part: Part): string[] {
  const stateOf = (key: ChangedKey['before']): string => (key ? `${key.status}, ${key.governance}` : 'none');
  const groups = group(keys, (key) => Object.keys(CHANGES).find((title) => CHANGES[title]?.(key)));
  return [
    part(
      'Accounts with another number of root keys',
      ['account', 'name', 'before', 'after'],
      rootKeys.map((one) => [one.accountId, one.accountName, `${one.before}`, `${one.after}`]),
    ),
    ...Object.keys(CHANGES).map((title) =>
      part(
        title,
        ['account', 'name', 'user', 'key', 'before', 'after'],
        (groups.get(title) ?? []).map(({ accountId, accountName, userName, accessKeyId, before, after }) => [
          ...[accountId, accountName, userName, accessKeyId, stateOf(before), stateOf(after)],
        ]),
      ),
    ),
  ];
}

function lastLine(diff: RunDiff): string {
  const accounts = diff.accountsAdded.length + diff.accountsRemoved.length + diff.accountsChanged.length;
  const { inventory } = diff;
  if (inventory) return `${plural(accounts, 'account')} and ${plural(inventory.keys.length, 'key')} changed.`;
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
