import type { IAMClient } from '@aws-sdk/client-iam';
import { group } from 'd3-array';

import { advice } from '../../aws/advice.ts';
import { failureOf } from '../../aws/calling.ts';
import { failureText, type Failure } from '../../aws/failure.ts';
import { findKeyUse, type KeyUse } from '../../aws/iam/keys.ts';
import { accountOfKey } from '../../aws/key-account.ts';
import { findAccount, placementNow, type AccountFound } from '../../organization/account-now.ts';
import { settingsFor } from '../../targets/settings.ts';
import type { TargetAccount } from '../../targets/target.ts';
import { mapLimited } from '../map-limited.ts';
import { openAccountSession } from '../open-account-session.ts';
import type { RunContext } from '../run-context.ts';
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

/** An account of this organization that some of the keys belong to. */
export interface KeyAccount extends AccountFound {
  readonly target: TargetAccount;
  /** IDs from the root down to its OU; undefined where no setting depends on it. */
  readonly path: readonly string[] | undefined;
  readonly accessKeyIds: readonly string[];
}

export interface OwnedKey extends KeyUse {
  readonly accessKeyId: string;
}

type Looking = Pick<RunContext, 'config' | 'clients' | 'deadline' | 'caller'>;

/**
 * The accounts that access keys belong to. What fails for one key hides no other. Never rejects.
 * @param withPaths whether to read the OUs where no setting depends on them, too
 */
export async function locateKeys(
  accessKeyIds: readonly string[],
  context: Looking,
  { withPaths = false } = {},
): Promise<{ readonly accounts: readonly KeyAccount[]; readonly notFound: readonly NotFound[] }> {
  const { accounts: atATime } = context.config.concurrency;
  const located = await mapLimited([...new Set(accessKeyIds)], atATime, (id) => accountIdOf(id, context));
  const byAccount = group(
    located.flatMap((key) => ('message' in key ? [] : key)),
    ({ accountId }) => accountId,
  );
  const read = await mapLimited([...byAccount], atATime, ([accountId, keys]) => {
    const ids = keys.map(({ accessKeyId }) => accessKeyId);
    return keyAccount(accountId, ids, withPaths, context);
  });
  return {
    accounts: read.filter((account) => 'target' in account),
    notFound: [
      ...located.filter((key) => 'message' in key),
      ...read.flatMap((found) => ('target' in found ? [] : found)),
    ],
  };
}

interface LocatedKey {
  readonly accessKeyId: string;
  readonly accountId: string;
}

async function accountIdOf(accessKeyId: string, context: Looking): Promise<LocatedKey | NotFound> {
  const { clients, deadline, caller } = context;
  const problem = checkKeyId(accessKeyId);
  if (problem) return { accessKeyId, ...problem };
  if (accessKeyId === caller.accessKeyId) return { accessKeyId, status: 'own-key', message: OWN_KEY };
  try {
    return { accessKeyId, accountId: await accountOfKey(clients.sts, accessKeyId, deadline.reading) };
  } catch (error) {
    return failed(accessKeyId, 'sts:GetAccessKeyInfo', error);
  }
}

const OWN_KEY =
  'keysweep itself runs with this key. Run it with other credentials: ' +
  'without them it could not record what it did.';

async function keyAccount(
  accountId: string,
  accessKeyIds: readonly string[],
  withPaths: boolean,
  { config, clients: { organizations }, deadline: { reading } }: Looking,
): Promise<KeyAccount | NotFound[]> {
  try {
    const found = await findAccount(organizations, accountId, reading);
    if (!found)
      return accessKeyIds.map((accessKeyId) => ({
        accessKeyId,
        accountId,
        status: 'foreign',
        message: FOREIGN,
      }));
    const { account, organization } = found;
    const isNeeded = config.overrides.some(
      ({ organizationalUnits, rotationRole, exempt }) => organizationalUnits && (rotationRole ?? exempt),
    );
    const placement =
      isNeeded || withPaths
        ? await placementNow(organizations, account, organization, new Map(), reading)
        : undefined;
    if (isNeeded && placement && !placement.known)
      return accessKeyIds.map((id) => ({ ...failedWith(id, placement.failure), accountId }));
    const path = placement?.known ? placement.path : undefined;
    return {
      ...found,
      accessKeyIds,
      path,
      target: { account, settings: settingsFor(account, path ?? [], config) },
    };
  } catch (error) {
    return accessKeyIds.map((id) => ({ ...failed(id, 'organizations:DescribeAccount', error), accountId }));
  }
}

const FOREIGN =
  'This key is of an account outside of this organization, so its owner has to revoke it. ' +
  'If it was found in public, report it to AWS: https://support.aws.amazon.com/#/contacts/report-abuse.';

/** What one read-only session showed about the keys of an account. */
export interface OwnersFound {
  /** Undefined if the account could not be entered. */
  readonly iam: IAMClient | undefined;
  readonly owned: readonly OwnedKey[];
  readonly notFound: readonly NotFound[];
}

/** Never rejects. */
export async function findOwners(
  { target, accessKeyIds }: Pick<KeyAccount, 'target' | 'accessKeyIds'>,
  context: Parameters<typeof openAccountSession>[2] & Looking,
): Promise<OwnersFound> {
  const { account, settings } = target;
  const { reading } = context.deadline;
  const about = { accountId: account.id };
  try {
    const iam = await openAccountSession(target, { reads: true }, context, reading);
    const found = await mapLimited(accessKeyIds, settings.callsPerAccount, async (accessKeyId) => {
      const use = await findKeyUse(iam, accessKeyId, reading).catch((error: unknown) =>
        failed(accessKeyId, 'iam:GetAccessKeyLastUsed', error),
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
    const notFound = accessKeyIds.map((id) => {
      const { message, ...rest } = failed(id, 'sts:AssumeRole', error);
      return { ...rest, ...about, message: `${message} ${byHand(account.id, id)}` };
    });
    return { iam: undefined, owned: [], notFound };
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

export function failed(accessKeyId: string, call: string, error: unknown): NotFound {
  return failedWith(accessKeyId, failureOf(call, error));
}

function failedWith(accessKeyId: string, failure: Failure): NotFound {
  const next = advice(failure);
  const message = `${failureText(failure)}.${next === undefined ? '' : ` ${next}`}`;
  return { accessKeyId, status: 'failed', message, failure };
}
