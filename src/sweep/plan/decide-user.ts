import type { IAMClient } from '@aws-sdk/client-iam';

import { invalidResponse } from '../../aws/calling.ts';
import { accessKeys, keyLastUsed } from '../../aws/iam/keys.ts';
import { hasConsoleAccess, userTags } from '../../aws/iam/user-facts.ts';
import type { IamUser } from '../../aws/iam/user.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import {
  decideKeys,
  type DecisionContext,
  type Need,
  type RememberedKey,
  type UserFacts,
} from '../../rules/decide-keys.ts';

export interface UserToRead {
  readonly user: IamUser;
  readonly inExemptGroup: boolean;
  readonly remembered: ReadonlyMap<string, RememberedKey>;
  readonly readAt: Date;
}

/** More than clocks are apart that AWS accepts signatures from; a key from further ahead means that a clock is wrong. */
const SKEW = 15 * 60 * 1000;

/**
 * Reads what the rules need to know about one user, and no more, and decides about each key.
 * @returns undefined: there is no user of that name any more
 * @throws CallFailedError when any of it cannot be read: then nothing about this user is decided
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
    const message = `key ${early.accessKeyId} of ${userName} was created in the future, on ${early.createDate.toISOString()}: is the clock of this machine right?`;
    throw invalidResponse('iam:ListAccessKeys', 'KeyFromTheFuture', message);
  }
  let facts: UserFacts = { ...toRead, keys };
  for (;;) {
    const judgement = decideKeys(facts, by);
    if (judgement.decided) return judgement.decisions;
    facts = { ...facts, ...(await readFact(iam, userName, judgement.need, signal)) };
  }
}

async function readFact(
  iam: IAMClient,
  userName: string,
  need: Need,
  signal: AbortSignal,
): Promise<Pick<UserFacts, 'tags' | 'consoleAccess' | 'lastUsed'>> {
  switch (need.fact) {
    case 'tags':
      return { tags: await userTags(iam, userName, signal) };
    case 'console-access':
      return { consoleAccess: await hasConsoleAccess(iam, userName, signal) };
    case 'last-used': {
      const lastUsed = new Map<string, Date | undefined>();
      for (const id of need.accessKeyIds) lastUsed.set(id, await keyLastUsed(iam, id, signal));
      return { lastUsed };
    }
  }
}
