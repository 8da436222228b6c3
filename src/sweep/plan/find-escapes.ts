import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf } from '../../aws/calling.ts';
import { accessKeys, keyOwner } from '../../aws/iam/keys.ts';
import type { AccountMemory } from '../../ledger/memory.ts';
import type { Escape, UnreadUser } from '../../ledger/record.ts';
import { isEscapeReason, type KeyDecision } from '../../rules/decision.ts';
import { mapLimited } from '../map-limited.ts';

export interface AccountRead {
  /** Names of the members of the configured groups. */
  readonly members: ReadonlySet<string>;
  readonly decisions: readonly KeyDecision[];
  readonly unreadUsers: readonly UnreadUser[];
}

/** The keys that the rules govern, by user; a user whose keys are all gone has none. */
export function governedKeys(
  decisions: readonly KeyDecision[],
  isGone: (accessKeyId: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const governed = new Map<string, string[]>();
  for (const { userName, accessKeyId, reason } of decisions) {
    if (isEscapeReason(reason)) continue;
    const keys = governed.get(userName) ?? [];
    governed.set(userName, isGone(accessKeyId) ? keys : [...keys, accessKeyId]);
  }
  return governed;
}

/**
 * Finds keys that the last sweep governed, or of users with such keys, that are exempt now or of users
 * outside the groups, and looks for those that are nowhere: only what AWS does not know is gone.
 * @returns also users who could not be read
 */
export async function findEscapes(
  iam: IAMClient,
  { governed = new Map() }: AccountMemory,
  { members, decisions, unreadUsers }: AccountRead,
  { atATime, signal }: { readonly atATime: number; readonly signal: AbortSignal },
): Promise<{ readonly escaped: readonly Escape[]; readonly unread: readonly UnreadUser[] }> {
  const known = new Set([...governed.values()].flat());
  const exempt = decisions.flatMap(({ accessKeyId, userName, reason }) =>
    isEscapeReason(reason) && (known.has(accessKeyId) || governed.has(userName))
      ? [{ accessKeyId, userName, how: reason }]
      : [],
  );
  const seen = new Set(decisions.map(({ accessKeyId }) => accessKeyId));
  const outside = (accessKeyId: string, userName: string): Escape[] =>
    seen.has(accessKeyId) || members.has(userName) ? [] : [{ accessKeyId, userName, how: 'not-in-groups' }];
  const findOne = async (userName: string, own: readonly string[]): Promise<Escape[]> => {
    const listed = members.has(userName) ? [] : ((await accessKeys(iam, userName, signal)) ?? []);
    const found = listed.map(({ accessKeyId }) => accessKeyId);
    const missing = own.filter((id) => !seen.has(id) && !found.includes(id));
    const elsewhere = await mapLimited(missing, 1, async (id) => {
      const owner = await keyOwner(iam, id, signal);
      return owner === undefined ? [] : outside(id, owner);
    });
    return [...found.flatMap((id) => outside(id, userName)), ...elsewhere.flat()];
  };
  const unreadNames = new Set(unreadUsers.map(({ userName }) => userName));
  const absent = [...governed].filter(([userName]) => !unreadNames.has(userName));
  const results = await mapLimited(absent, atATime, ([userName, own]) =>
    findOne(userName, own).catch((error: unknown): UnreadUser => ({
      userName,
      failure: failureOf('iam:ListAccessKeys', error),
    })),
  );
  return {
    escaped: [...exempt, ...results.flatMap((result) => ('failure' in result ? [] : result))],
    unread: results.filter((result) => 'failure' in result),
  };
}
