import type { IAMClient } from '@aws-sdk/client-iam';
import { group } from 'd3-array';

import { advice } from '../../aws/advice.ts';
import { failureOf } from '../../aws/calling.ts';
import { checkClock, identifyCaller, type Caller } from '../../aws/caller.ts';
import { CallFailedError } from '../../aws/errors.ts';
import { failureText, type Failure } from '../../aws/failure.ts';
import { findKeyUse, type KeyUse } from '../../aws/iam/keys.ts';
import { accountOfKey } from '../../aws/key-account.ts';
import { newRunId } from '../../ledger/run-id.ts';
import { openRunLog } from '../../ledger/run-log.ts';
import { findAccount, placementNow, type AccountFound } from '../../organization/account-now.ts';
import { settingsFor } from '../../targets/settings.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { NO_LOCK } from '../begin.ts';
import { mapLimited } from '../map-limited.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { RunContext, RunDependencies } from '../run-context.ts';
import { checkKeyId, type NoKeyId } from './key-ids.ts';

/** An ID that names no key of a user in this organization, or of which that is unknown (`failed`). */
export interface NotFound {
  readonly accessKeyId: string;
  readonly status: NoKeyId['status'] | 'own-key' | 'foreign' | 'root-key' | 'gone' | 'failed';
  /** What it is, and what to do. */
  readonly message: string;
  readonly accountId?: string;
  /** With `failed`. */
  readonly failure?: Failure;
}

export interface OwnedKey extends KeyUse {
  readonly accessKeyId: string;
}

/** What one read-only session showed about the keys of an account of this organization. */
export interface KeyAccount extends AccountFound {
  readonly target: TargetAccount;
  /** When the reading began. */
  readonly readAt: Date;
  /** Undefined if the account could not be entered. */
  readonly iam?: IAMClient;
  readonly owned: readonly OwnedKey[];
  readonly notFound: readonly NotFound[];
}

export interface KeysFound {
  readonly accounts: readonly KeyAccount[];
  /** Also those in the accounts. */
  readonly notFound: readonly NotFound[];
}

export interface LeakDependencies extends Omit<RunDependencies, 'host'> {
  /** Asked for when left out. */
  readonly caller?: Caller | undefined;
}

/** A run of which nobody knows yet in which organization it is. */
export type LookUp = Omit<RunContext, 'organization'>;

/**
 * @param runId a new one when left out
 * @throws CallFailedError when the caller is unknown; RootCredentialsError
 */
export async function beginLookUp(dependencies: LeakDependencies, runId?: string): Promise<LookUp> {
  const { clients, deadline, now, random, store } = dependencies;
  const startedAt = now();
  const caller = dependencies.caller ?? (await identifyCaller(clients.sts, deadline.reading));
  if (!dependencies.caller) checkClock(caller, now());
  const id = runId ?? newRunId(startedAt, random);
  const run = { runId: id, mode: 'revoke', log: openRunLog(store, id), lock: NO_LOCK } as const;
  return { ...dependencies, ...run, startedAt, caller };
}

/**
 * The accounts and users that access keys belong to. What fails for one key hides no other. Never rejects.
 * @param onAccount called as soon as one is read; it must not reject
 */
export async function findOwners(
  accessKeyIds: readonly string[],
  context: LookUp,
  onAccount: (account: KeyAccount) => Promise<void> = () => Promise.resolve(),
): Promise<KeysFound> {
  const { accounts: atATime } = context.config.concurrency;
  const located = await mapLimited([...new Set(accessKeyIds)], atATime, (id) => accountIdOf(id, context));
  const byAccount = group(
    located.flatMap((key) => ('message' in key ? [] : key)),
    ({ accountId }) => accountId,
  );
  const read = await mapLimited([...byAccount], atATime, async ([accountId, keys]) => {
    const ids = keys.map(({ accessKeyId }) => accessKeyId);
    const account = await readAccount(accountId, ids, context);
    if ('target' in account) await onAccount(account);
    return account;
  });
  return {
    accounts: read.filter((account) => 'target' in account),
    notFound: [
      ...located.filter((key) => 'message' in key),
      ...read.flatMap((account) => ('target' in account ? account.notFound : account)),
    ],
  };
}

async function accountIdOf(
  accessKeyId: string,
  { clients, deadline, caller }: LookUp,
): Promise<NotFound | { readonly accessKeyId: string; readonly accountId: string }> {
  const problem = checkKeyId(accessKeyId);
  if (problem) return { accessKeyId, ...problem };
  if (accessKeyId === caller.accessKeyId) return { accessKeyId, status: 'own-key', message: OWN_KEY };
  try {
    return { accessKeyId, accountId: await accountOfKey(clients.sts, accessKeyId, deadline.reading) };
  } catch (error) {
    return failed(accessKeyId, failureOf('sts:GetAccessKeyInfo', error));
  }
}

const OWN_KEY =
  'keysweep itself runs with this key. Run it with other credentials: ' +
  'without them it could not record what it did.';

async function readAccount(
  accountId: string,
  accessKeyIds: readonly string[],
  context: LookUp,
): Promise<KeyAccount | NotFound[]> {
  const { clients, deadline, now } = context;
  const readAt = now();
  try {
    const found = await findAccount(clients.organizations, accountId, deadline.reading);
    if (!found)
      return accessKeyIds.map((accessKeyId) => ({
        ...{ accessKeyId, accountId, status: 'foreign', message: FOREIGN },
      }));
    const target = await targetOf(found, context);
    return { ...found, target, readAt, ...(await readKeys(target, accessKeyIds, context)) };
  } catch (error) {
    const failure = failureOf('organizations:DescribeAccount', error);
    return accessKeyIds.map((id) => ({ ...failed(id, failure), accountId }));
  }
}

const FOREIGN =
  'This key is of an account outside of this organization, so its owner has to revoke it. ' +
  'If it was found in public, report it to AWS: https://support.aws.amazon.com/#/contacts/report-abuse.';

/** Reads its OUs only where a setting that matters depends on them. @throws CallFailedError */
async function targetOf(
  { account, organization }: AccountFound,
  { config, clients, deadline }: LookUp,
): Promise<TargetAccount> {
  const isNeeded = config.overrides.some(
    ({ organizationalUnits, rotationRole, exempt }) => organizationalUnits && (rotationRole ?? exempt),
  );
  if (!isNeeded) return { account, settings: settingsFor(account, [], config) };
  const { organizations } = clients;
  const placement = await placementNow(organizations, account, organization, new Map(), deadline.reading);
  if (!placement.known) throw new CallFailedError(placement.failure);
  return { account, settings: settingsFor(account, placement.path, config) };
}

/** Never rejects. */
async function readKeys(
  target: TargetAccount,
  accessKeyIds: readonly string[],
  context: LookUp,
): Promise<Pick<KeyAccount, 'iam' | 'owned' | 'notFound'>> {
  const { account, settings } = target;
  const { reading } = context.deadline;
  const about = { accountId: account.id };
  try {
    const iam = await openAccountSession(target, { reads: true }, context, reading);
    const found = await mapLimited(accessKeyIds, settings.callsPerAccount, async (accessKeyId) => {
      const use = await findKeyUse(iam, accessKeyId, reading).catch((error: unknown) =>
        failed(accessKeyId, failureOf('iam:GetAccessKeyLastUsed', error)),
      );
      if (use === 'root')
        return { accessKeyId, ...about, status: 'root-key' as const, message: rootKey(account.id) };
      if (use === 'gone') return { accessKeyId, ...about, status: 'gone' as const, message: GONE };
      return 'message' in use ? { ...use, ...about } : { accessKeyId, ...use };
    });
    return {
      iam,
      owned: found.filter((key) => 'owner' in key),
      notFound: found.filter((key) => 'message' in key),
    };
  } catch (error) {
    const failure = failureOf('sts:AssumeRole', error);
    const notFound = accessKeyIds.map((id) => {
      const { message, ...rest } = failed(id, failure);
      return { ...rest, ...about, message: `${message} ${byHand(account.id, id)}` };
    });
    return { owned: [], notFound };
  }
}

const GONE = 'The account has no such key: it was deleted, or the ID is misspelled.';

function rootKey(accountId: string): string {
  return (
    `This is a key of the root user of account ${accountId}, which no role can revoke. Sign in there as ` +
    'root, and deactivate and delete it under "Security credentials"; or, with centralized root access, ' +
    'delete it from the management account: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html'
  );
}

/** For somebody with more rights. */
export function byHand(accountId: string, accessKeyId: string, userName?: string): string {
  const key = `--access-key-id ${accessKeyId}`;
  const find = userName === undefined ? `aws iam get-access-key-last-used ${key} names its USER; then ` : '';
  const update = `aws iam update-access-key --user-name ${userName ?? 'USER'} ${key} --status Inactive`;
  return `By hand, as an administrator of account ${accountId}: ${find}${update}`;
}

export function failed(accessKeyId: string, failure: Failure): NotFound {
  const next = advice(failure);
  const message = `${failureText(failure)}.${next === undefined ? '' : ` ${next}`}`;
  return { accessKeyId, status: 'failed', message, failure };
}
