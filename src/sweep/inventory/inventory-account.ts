import type { IAMClient } from '@aws-sdk/client-iam';
import pLimit from 'p-limit';

import { failureOf, invalidResponse } from '../../aws/calling.ts';
import { allUsers, countRootKeys, otherCredentials } from '../../aws/iam/inventory.ts';
import { accessKeys, keyUse } from '../../aws/iam/keys.ts';
import type { IamUser } from '../../aws/iam/user.ts';
import type { InventoriedCredentials } from '../../config/schema.ts';
import { EMPTY_MEMORY } from '../../ledger/memory.ts';
import type { AccountInventoried, InventoriedKey } from '../../ledger/record.ts';
import { isRevoke, type KeyDecision } from '../../rules/decision.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { openAccountSession } from '../open-account-session.ts';
import { currentMembers, decideAccount } from '../plan/plan-account.ts';
import type { RunContext } from '../run-context.ts';

export interface ToRead {
  readonly credentials: InventoriedCredentials;
  readonly lastUse: boolean;
}

/** @throws CallFailedError when something that affects the whole account cannot be read */
export async function inventoryAccount(
  target: TargetAccount,
  { optedOut, credentials, lastUse }: ToRead & { readonly optedOut: boolean },
  context: RunContext,
): Promise<AccountInventoried> {
  const { id: accountId } = target.account;
  const signal = context.deadline.reading;
  signal.throwIfAborted();
  const iam = await openAccountSession(target, { inventories: credentials }, context, signal);
  const rootKeys = await countRootKeys(iam, signal);
  const users = await allUsers(iam, accountId, signal);
  const members = optedOut ? NO_MEMBERS : await governedKeys(iam, target, context);
  const unreadUsers = [...members.unreadUsers];
  const limit = pLimit(target.settings.callsPerAccount);
  const read = async <Of extends { readonly userName: string }, Found>(
    items: readonly Of[],
    work: (item: Of) => Promise<Found[]>,
    otherwise: (item: Of) => Found[] = () => [],
  ): Promise<Found[]> => {
    const found = await limit.map(items, (item) =>
      work(item).catch((error: unknown) => {
        unreadUsers.push({ userName: item.userName, failure: failureOf('iam:ListAccessKeys', error) });
        return otherwise(item);
      }),
    );
    return found.flat();
  };
  const others = users.filter(({ userId }) => !members.ids.has(userId));
  const governance = optedOut ? 'opted-out' : 'not-in-groups';
  const keys = [...members.keys, ...(await read(others, (user) => keysOf(iam, user, governance, signal)))];
  return {
    ...{ type: 'account-inventoried', at: context.now().toISOString(), accountId },
    ...{ users: users.length, rootKeys },
    keys: lastUse
      ? await read(
          keys,
          (key) => withLastUse(iam, key, signal),
          (key) => [key],
        )
      : keys,
    ...(credentials === 'all' && {
      credentials: await read(users, ({ userName }) => otherCredentials(iam, userName, signal)),
    }),
    unreadUsers,
  };
}

const NO_MEMBERS = { ids: new Set<string>(), keys: [], unreadUsers: [] };

/** Of the members of the configured groups, decided about as if every key were due. */
async function governedKeys(iam: IAMClient, target: TargetAccount, context: RunContext) {
  const ids = new Set((await currentMembers(iam, target, context)).map(({ userId }) => userId));
  const { settings } = target;
  const rules = { ...settings.rules, maxKeyAgeDays: 0, mode: 'delete' } as const;
  const everyKeyDue = { ...target, settings: { ...settings, rules } };
  const plan = await decideAccount(iam, everyKeyDue, EMPTY_MEMORY, context, ids);
  const message = 'the members of the groups changed while the account was read. Run again.';
  if (plan.users < ids.size) throw invalidResponse('iam:GetGroup', 'MembersChanged', message);
  return { ids, keys: plan.decisions.map(governedKey), unreadUsers: plan.unreadUsers };
}

function governedKey(decision: KeyDecision): InventoriedKey {
  const { accessKeyId, userName, status, createDate } = decision;
  const key = { accessKeyId, userName, status, createDate };
  if (isRevoke(decision)) return { ...key, governance: 'governed' };
  const { reason, exemption } = decision;
  return { ...key, governance: 'exempt', reason, ...(exemption && { exemption }) };
}

/** @throws CallFailedError also if the user was deleted or renamed: the keys may be there still */
async function keysOf(
  iam: IAMClient,
  { userName }: IamUser,
  governance: 'opted-out' | 'not-in-groups',
  signal: AbortSignal,
): Promise<InventoriedKey[]> {
  const keys = await accessKeys(iam, userName, signal);
  const message = `${userName} was deleted or renamed while the account was read. Run again.`;
  if (!keys) throw invalidResponse('iam:ListAccessKeys', 'UserGone', message);
  return keys.map((key) => ({ ...key, userName, governance }));
}

async function withLastUse(
  iam: IAMClient,
  key: InventoriedKey,
  signal: AbortSignal,
): Promise<[InventoriedKey]> {
  const { lastUsed } = await keyUse(iam, key.accessKeyId, signal);
  return [{ ...key, lastUsed: lastUsed ?? null }];
}
