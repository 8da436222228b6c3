import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf, invalidResponse } from '../../aws/calling.ts';
import { failureText } from '../../aws/failure.ts';
import { accessKeys } from '../../aws/iam/keys.ts';
import type { AccessKey } from '../../aws/iam/user.ts';
import { messageOf } from '../../config/errors.ts';
import { readDenyList, type LeakedKey } from '../../ledger/deny-list.ts';
import { readMemory } from '../../ledger/memory.ts';
import { placementNow } from '../../organization/account-now.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { selectAccount } from '../apply/recheck-target.ts';
import { mapLimited } from '../map-limited.ts';
import { decideAccount } from '../plan/plan-account.ts';
import type { RunContext } from '../run-context.ts';
import {
  beginLookUp,
  failed,
  findOwners,
  type KeyAccount,
  type KeysFound,
  type LeakDependencies,
  type NotFound,
  type OwnedKey,
} from './find-owner.ts';

/** What a sweep of now would do with a key: its decision, or why there is none. */
export type Governance =
  | { readonly decision: KeyDecision; readonly armed: boolean }
  | { readonly notGoverned: string }
  | { readonly unknown: string };

export interface KeyDescription extends OwnedKey, AccessKey {
  readonly account: OrganizationAccount;
  /** IDs from the root down to its OU; undefined: it could not be read. */
  readonly path: readonly string[] | undefined;
  readonly governance: Governance;
  /** Its entry of the deny list. */
  readonly leaked: LeakedKey | undefined;
}

export interface KeysDescribed {
  readonly keys: readonly KeyDescription[];
  readonly notFound: readonly NotFound[];
  readonly warnings: readonly string[];
}

/**
 * Whose keys these are, by one session an account, and what a sweep would do with them. Writes nothing. What
 * fails for one key hides no other.
 * @param known what a revocation found just now
 * @throws CallFailedError when the caller is unknown; RootCredentialsError
 */
export async function describeKeys(
  accessKeyIds: readonly string[],
  dependencies: LeakDependencies,
  known?: KeysFound,
): Promise<KeysDescribed> {
  const lookUp = await beginLookUp(dependencies);
  const warnings: string[] = [];
  const leaked = await readDenyList(dependencies.store).catch((error: unknown) => {
    warnings.push(`The deny list could not be read: ${messageOf(error)}.`);
    return undefined;
  });
  const { accounts, notFound } = known ?? (await findOwners(accessKeyIds, lookUp));
  const described = await mapLimited(accounts, lookUp.config.concurrency.accounts, (account) =>
    describeInAccount(account, { ...lookUp, organization: account.organization, leaked }),
  );
  const keys = described.flat();
  return {
    keys: keys.filter((key) => 'account' in key),
    notFound: [...notFound, ...keys.filter((key) => 'message' in key)],
    warnings,
  };
}

/** Never rejects. */
async function describeInAccount(
  { account, organization, target, iam, owned }: KeyAccount,
  context: RunContext,
): Promise<(KeyDescription | NotFound)[]> {
  if (!iam) return [];
  const { clients, deadline, leaked } = context;
  const { reading } = deadline;
  const placement = await placementNow(clients.organizations, account, organization, new Map(), reading);
  const path = placement.known ? placement.path : undefined;
  const governance = await governanceOf(account, owned, iam, context);
  return mapLimited(owned, target.settings.callsPerAccount, async (key) => {
    const { accessKeyId, owner } = key;
    try {
      const all = await accessKeys(iam, owner, reading);
      const listed = all?.find((own) => own.accessKeyId === accessKeyId);
      if (!listed)
        throw invalidResponse('iam:ListAccessKeys', 'KeyNotListed', `${owner} has no such key. Run again`);
      const about = { account, path, governance: governance(key), leaked: leaked?.get(accessKeyId) };
      return { ...key, ...listed, ...about };
    } catch (error) {
      const failure = failureOf('iam:ListAccessKeys', error);
      return { ...failed(accessKeyId, failure), accountId: account.id };
    }
  });
}

/** Never rejects. */
async function governanceOf(
  account: KeyAccount['account'],
  owned: readonly OwnedKey[],
  iam: IAMClient,
  context: RunContext,
): Promise<(key: OwnedKey) => Governance> {
  try {
    const { deadline, store } = context;
    const reading = { ...context, signal: deadline.reading };
    const { targets, leftOut, undecided } = await selectAccount(account, {}, new Map(), reading);
    const [excluded] = leftOut;
    if (excluded) return () => ({ notGoverned: `${excluded.outcome}: ${excluded.reason}` });
    const [target] = targets;
    if (!target) return () => ({ unknown: undecided.map(({ failure }) => failureText(failure)).join() });
    const names = new Set(owned.map(({ owner }) => owner));
    const plan = await decideAccount(iam, target, await readMemory(store, account.id), context, names);
    return ({ accessKeyId, owner }) => {
      const decision = plan.decisions.find((own) => own.accessKeyId === accessKeyId);
      if (decision) return { decision, armed: target.settings.armed };
      const unread = plan.unreadUsers.find(({ userName }) => userName === owner);
      if (unread) return { unknown: failureText(unread.failure) };
      return { notGoverned: `${owner} is in none of the groups ${target.settings.groups.join(', ')}` };
    };
  } catch (error) {
    const unknown = failureText(failureOf('keysweep', error));
    return () => ({ unknown });
  }
}
