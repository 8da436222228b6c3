import type { IAMClient } from '@aws-sdk/client-iam';

import { failureOf, invalidResponse } from '../aws/calling.ts';
import type { Failure } from '../aws/failure.ts';
import { accessKeys, keyOwner } from '../aws/iam/keys.ts';
import type { AccessKey } from '../aws/iam/user.ts';
import type { NamedKey } from '../ledger/memory.ts';
import { mapLimited } from './map-limited.ts';

/** A key as AWS has it now; its user may have been renamed. */
export type FoundKey = NamedKey & Pick<AccessKey, 'status'>;

/** What became of a key. */
export type KeyNow = FoundKey | 'gone' | Failure;

/**
 * Looks for keys: under the names of their users, and then under the name that AWS gives for the key. A key
 * stays with its user, whatever the user's name, so this finds it again.
 * @param atATime calls
 * @returns by access key ID; a failure where a call failed or AWS contradicts itself
 */
export async function findKeys(
  iam: IAMClient,
  keys: readonly NamedKey[],
  atATime: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KeyNow>> {
  const byName = new Map<string, Promise<readonly AccessKey[]>>();
  const listed = (name: string): Promise<readonly AccessKey[]> => {
    const list = byName.get(name) ?? accessKeys(iam, name, signal).then((own) => own ?? []);
    byName.set(name, list);
    return list;
  };
  const find = async ({ accessKeyId, userName }: NamedKey): Promise<KeyNow> => {
    const under = async (name: string): Promise<FoundKey | undefined> => {
      const key = (await listed(name)).find((own) => own.accessKeyId === accessKeyId);
      return key && { accessKeyId, userName: name, status: key.status };
    };
    const found = await under(userName);
    if (found) return found;
    const owner = await keyOwner(iam, accessKeyId, signal);
    return owner === undefined ? 'gone' : ((await under(owner)) ?? notListed(accessKeyId, owner));
  };
  const found = await mapLimited(keys, atATime, (key) =>
    find(key).catch((error: unknown): KeyNow => failureOf('iam:ListAccessKeys', error)),
  );
  return new Map(keys.map(({ accessKeyId }, at) => [accessKeyId, found[at] ?? NOT_READ]));
}

/** For what should have been read and was not: never a reason to write. */
export const NOT_READ: Failure = {
  kind: 'failed',
  call: 'keysweep',
  code: 'NotRead',
  message: 'this was not read again: a defect of keysweep',
};

/** IAM is eventually consistent: a key made seconds ago may be missing from a list. */
function notListed(accessKeyId: string, owner: string): Failure {
  const message = `AWS says that ${accessKeyId} is a key of ${owner}, and does not list it there. Run again.`;
  return invalidResponse('iam:ListAccessKeys', 'KeyNotListed', message).failure;
}
