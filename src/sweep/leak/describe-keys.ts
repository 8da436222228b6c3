import { failureOf, invalidResponse } from '../../aws/calling.ts';
import { checkClock, identifyCaller } from '../../aws/caller.ts';
import { failureText } from '../../aws/failure.ts';
import { accessKeys } from '../../aws/iam/keys.ts';
import type { AccessKey } from '../../aws/iam/user.ts';
import { messageOf } from '../../config/errors.ts';
import { readDenyList, type LeakedKey } from '../../ledger/deny-list.ts';
import { readMemory } from '../../ledger/memory.ts';
import { newRunId } from '../../ledger/run-id.ts';
import { openRunLog } from '../../ledger/run-log.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import { selectAccount } from '../apply/recheck-target.ts';
import { NO_LOCK } from '../begin.ts';
import { mapLimited } from '../map-limited.ts';
import { decideAccount } from '../plan/plan-account.ts';
import type { RunContext } from '../run-context.ts';
import {
  failed,
  findOwners,
  locateKeys,
  type KeyAccount,
  type NotFound,
  type OwnedKey,
} from './find-owner.ts';
import type { LeakDependencies } from './revoke-leaked.ts';

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
 * @throws CallFailedError when the caller is unknown; RootCredentialsError
 */
export async function describeKeys(
  accessKeyIds: readonly string[],
  dependencies: LeakDependencies,
): Promise<KeysDescribed> {
  const { clients, deadline, now, config, store } = dependencies;
  const startedAt = now();
  const caller = dependencies.caller ?? (await identifyCaller(clients.sts, deadline.reading));
  if (!dependencies.caller) checkClock(caller, now());
  const warnings: string[] = [];
  const leaked = await readDenyList(store).catch((error: unknown) => {
    warnings.push(`The deny list could not be read: ${messageOf(error)}.`);
    return undefined;
  });
  const { accounts, notFound } = await locateKeys(
    accessKeyIds,
    { ...dependencies, caller },
    { withPaths: true },
  );
  const runId = newRunId(startedAt, dependencies.random);
  const described = await mapLimited(accounts, config.concurrency.accounts, (account) => {
    const { organization } = account;
    const log = openRunLog(store, runId);
    // Like a sweep, which reads only what it needs.
    const run = { runId, mode: 'sweep', startedAt, caller, organization, log, lock: NO_LOCK } as const;
    return describeInAccount(account, { ...dependencies, ...run, leaked });
  });
  return {
    keys: described.flatMap(({ keys }) => keys),
    notFound: [...notFound, ...described.flatMap((account) => account.notFound)],
    warnings,
  };
}

/** Never rejects. */
async function describeInAccount(
  account: KeyAccount,
  context: RunContext,
): Promise<Omit<KeysDescribed, 'warnings'>> {
  const { iam, owned, notFound } = await findOwners(account, context);
  if (!iam) return { keys: [], notFound };
  const { callsPerAccount } = account.target.settings;
  const { reading } = context.deadline;
  const governance = await governanceOf(account, owned, iam, context);
  const described = await mapLimited(
    owned,
    callsPerAccount,
    async (key): Promise<KeyDescription | NotFound> => {
      const { accessKeyId, owner } = key;
      try {
        const listed = (await accessKeys(iam, owner, reading))?.find(
          (own) => own.accessKeyId === accessKeyId,
        );
        if (!listed)
          throw invalidResponse('iam:ListAccessKeys', 'KeyNotListed', `${owner} has no such key. Run again`);
        const about = { account: account.account, path: account.path, governance: governance(key) };
        return { ...key, ...listed, ...about, leaked: context.leaked?.get(accessKeyId) };
      } catch (error) {
        return { ...failed(accessKeyId, 'iam:ListAccessKeys', error), accountId: account.account.id };
      }
    },
  );
  return {
    keys: described.filter((key) => 'account' in key),
    notFound: [...notFound, ...described.filter((key) => 'message' in key)],
  };
}

/** Never rejects. */
async function governanceOf(
  { account }: KeyAccount,
  owned: readonly OwnedKey[],
  iam: Parameters<typeof decideAccount>[0],
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
