import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf } from '../../aws/calling.ts';
import type { DenyList, LeakedKey } from '../../ledger/deny-list.ts';
import type { UnreadUser } from '../../ledger/record.ts';
import type { DecisionContext } from '../../rules/decide-keys.ts';
import { isRevoke, type KeyDecision, type Revoke } from '../../rules/decision.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { findKeys, NOT_READ, type FoundKey } from '../find-keys.ts';
import { mapLimited } from '../map-limited.ts';
import type { RunContext } from '../run-context.ts';
import { decideUser, type UserToRead } from './decide-user.ts';

/** The entries of one account. */
export function leakedIn({ account }: TargetAccount, { leaked = new Map() }: RunContext): DenyList {
  const entries: DenyList = leaked;
  return new Map([...entries].filter(([, { accountId }]) => accountId === account.id));
}

export interface LeakedToDecide {
  readonly leaked: DenyList;
  /** About the keys of members. */
  readonly decisions: readonly KeyDecision[];
  readonly unreadUsers: readonly UnreadUser[];
  /** Names of the only users to decide about; undefined: all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly by: DecisionContext;
  readonly remembered: UserToRead['remembered'];
  /** The exempt group of a user, by name. */
  readonly exemptGroup: (userName: string) => UserToRead['exemptGroup'];
}

export interface LeakedDecided {
  /** Deletions, of users outside of the groups. */
  readonly decisions: readonly Revoke[];
  readonly unread: readonly UnreadUser[];
  readonly problems: readonly string[];
}

/**
 * Leaked keys that the rules do not govern: an inactive one is deleted after deleteAfterDays, and an active
 * one is a problem. Nothing but an exemption keeps an inactive one. docs/adr/0022-leaked-keys.md
 */
export async function decideLeaked(
  iam: IAMClient,
  target: TargetAccount,
  request: LeakedToDecide,
  { deadline: { reading }, now }: RunContext,
): Promise<LeakedDecided> {
  const { leaked, decisions, unreadUsers, only, by, remembered, exemptGroup } = request;
  const { callsPerAccount } = target.settings;
  const decided = new Set(decisions.map(({ accessKeyId }) => accessKeyId));
  const unreadNames = new Set(unreadUsers.map(({ userName }) => userName));
  const outside = [...leaked.values()].filter(
    ({ accessKeyId, userName }) => !decided.has(accessKeyId) && !unreadNames.has(userName),
  );
  const found = await findKeys(iam, outside, callsPerAccount, reading);
  const alive: FoundKey[] = [];
  const unread: UnreadUser[] = [];
  for (const { accessKeyId, userName } of outside) {
    const key = found.get(accessKeyId) ?? NOT_READ;
    if (key === 'gone') continue;
    if ('kind' in key) unread.push({ userName, failure: key });
    else if (only?.has(key.userName) !== false) alive.push(key);
  }
  const inactive = alive.filter(({ status }) => status !== 'Active');
  const outcomes = await mapLimited(inactive, callsPerAccount, async ({ accessKeyId, userName }) => {
    const user = { userName, userId: '', arn: '' };
    const read = { user, exemptGroup: exemptGroup(userName), remembered, readAt: now() };
    const own = await decideUser(iam, read, by, reading).catch((error: unknown): UnreadUser => ({
      userName,
      failure: failureOf('iam:ListAccessKeys', error),
    }));
    return own && 'failure' in own
      ? own
      : (own ?? []).filter((decision) => decision.accessKeyId === accessKeyId);
  });
  const active = [...decisions.filter((key) => !isRevoke(key)), ...alive].filter(
    ({ accessKeyId, status }) => status === 'Active' && leaked.has(accessKeyId),
  );
  return {
    decisions: outcomes.flatMap((own) => ('failure' in own ? [] : own.filter(isRevoke).map(withoutUserId))),
    unread: [...unread, ...outcomes.filter((own) => 'failure' in own)],
    problems: active.map((key) => activeAgain(key, target, leaked.get(key.accessKeyId))),
  };
}

/** Only members are known by their ID. */
function withoutUserId({ userId: _unknown, ...decision }: Revoke): Revoke {
  return decision;
}

function activeAgain(
  { accessKeyId, userName }: Pick<FoundKey, 'accessKeyId' | 'userName'>,
  { account }: TargetAccount,
  entry: LeakedKey | undefined,
): string {
  return (
    `Leaked key ${accessKeyId} of ${userName} in account ${account.id} is Active, and no sweep governs it. ` +
    `Run ${entry?.byRun ?? ''} put it on the deny list. Run: keysweep revoke ${accessKeyId}`
  );
}
