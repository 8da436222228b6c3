import type { IAMClient } from '@aws-sdk/client-iam';

import { invalidResponse } from '../../aws/calling.ts';
import type { CallFailedError } from '../../aws/errors.ts';
import { accessKeys, keyUse } from '../../aws/iam/keys.ts';
import { hasConsoleAccess, userTags } from '../../aws/iam/user-facts.ts';
import type { IamUser } from '../../aws/iam/user.ts';
import type { KeyDecision, MatchedExemption } from '../../rules/decision.ts';
import {
  decideKeys,
  type DecisionContext,
  type Need,
  type RememberedKey,
  type UserFacts,
} from '../../rules/decide-keys.ts';

export interface UserToRead {
  readonly user: IamUser;
  readonly exemptGroup: MatchedExemption | undefined;
  readonly remembered: ReadonlyMap<string, RememberedKey>;
  readonly readAt: Date;
}

/**
 * AWS accepts signatures from clocks that differ by less; a key from further ahead means that a clock is
 * wrong.
 */
const SKEW = 15 * 60 * 1000;

/**
 * Reads only what the rules need about one user, and decides about each key.
 * @returns undefined when the user no longer exists under that name
 * @throws CallFailedError when anything cannot be read: then nothing is decided about this user
 */
export async function decideUser(
  iam: IAMClient,
  toRead: UserToRead,
  by: DecisionContext,
  signal: AbortSignal,
): Promise<readonly KeyDecision[] | undefined> {
  const { userName } = toRead.user;
  const keys = await accessKeys(iam, userName, signal);
  if (!keys) return undefined;
  const early = keys.find(({ createDate }) => createDate.getTime() > toRead.readAt.getTime() + SKEW);
  if (early) {
    const message =
      `key ${early.accessKeyId} of ${userName} was created in the future, ` +
      `on ${early.createDate.toISOString()}: check the clock of this machine`;
    throw invalidResponse('iam:ListAccessKeys', 'KeyFromTheFuture', message);
  }
  let facts: UserFacts = { ...toRead, keys };
  for (;;) {
    const decision = decideKeys(facts, by);
    if (decision.decided) return decision.decisions;
    facts = { ...facts, ...(await readFact(iam, facts, decision.need, signal)) };
  }
}

async function readFact(
  iam: IAMClient,
  { user: { userName }, ...known }: UserFacts,
  need: Need,
  signal: AbortSignal,
): Promise<Pick<UserFacts, 'tags' | 'consoleAccess' | 'lastUsed'>> {
  switch (need.fact) {
    case 'tags':
      return { tags: await userTags(iam, userName, signal) };
    case 'console-access':
      return { consoleAccess: await hasConsoleAccess(iam, userName, signal) };
    case 'last-used': {
      const lastUsed = new Map(known.lastUsed);
      for (const id of need.accessKeyIds) {
        const use = await keyUse(iam, id, signal);
        if (use.owner.toLowerCase() !== userName.toLowerCase()) throw wrongOwner(id, userName, use.owner);
        lastUsed.set(id, use.lastUsed);
      }
      return { lastUsed };
    }
  }
}

function wrongOwner(accessKeyId: string, userName: string, owner: string): CallFailedError {
  const message =
    `AWS listed key ${accessKeyId} for ${userName} and says now that it is of ${owner}. ` + 'Run again.';
  return invalidResponse('iam:GetAccessKeyLastUsed', 'WrongUser', message);
}
