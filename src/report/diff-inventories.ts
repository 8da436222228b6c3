import type { InventoriedKey } from '../ledger/record.ts';
import type { StoredAccount } from '../ledger/stored-run.ts';
import type { Documents } from './json.ts';

export type InventoryDiff = NonNullable<Documents['diff']['inventory']>;
type KeyState = InventoryDiff['keys'][number]['before'];

export interface AccountPair {
  /** Undefined: not listed. */
  readonly before: StoredAccount | undefined;
  readonly after: StoredAccount;
}

/** What changed in accounts and of users that both could read. */
export function diffInventories(pairs: readonly AccountPair[]): InventoryDiff {
  return { keys: pairs.flatMap(changedKeys), rootKeys: pairs.flatMap(changedRootKeys) };
}

function changedKeys({ before, after }: AccountPair): InventoryDiff['keys'] {
  const [earlier, later] = [keysOf(before), keysOf(after)];
  return [...new Map([...earlier, ...later])].flatMap(([accessKeyId, { userName }]) => {
    const [was, is] = [earlier.get(accessKeyId), later.get(accessKeyId)];
    const isSame = was?.status === is?.status && was?.governance === is?.governance;
    if (isSame || !isRead(after, userName) || (before && !isRead(before, userName))) return [];
    return [{ ...about(after), userName, accessKeyId, before: stateOf(was), after: stateOf(is) }];
  });
}

function changedRootKeys({ before, after }: AccountPair): InventoryDiff['rootKeys'] {
  const was = before ? before.inventory?.rootKeys : 0;
  const is = after.inventory?.rootKeys;
  if (was === undefined || is === undefined || was === is) return [];
  return [{ ...about(after), before: was, after: is }];
}

function keysOf(stored: StoredAccount | undefined): Map<string, InventoriedKey> {
  return new Map(stored?.inventory?.keys.map((key) => [key.accessKeyId, key]));
}

function isRead({ inventory }: StoredAccount, userName: string): boolean {
  return inventory?.unreadUsers.every((user) => user.userName !== userName) === true;
}

function stateOf(key: InventoriedKey | undefined): KeyState {
  return key ? { status: key.status, governance: key.governance } : null;
}

export function about({ account: { id: accountId, name: accountName } }: StoredAccount) {
  return { accountId, accountName };
}
