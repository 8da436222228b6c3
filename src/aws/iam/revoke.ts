import {
  DeleteAccessKeyCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
  type StatusType,
} from '@aws-sdk/client-iam';

import { calling } from '../calling.ts';
import { isNoSuchEntity } from './no-such-entity.ts';

export interface KeyOfUser {
  readonly userName: string;
  readonly accessKeyId: string;
}

/** already-gone: the key or its user no longer exists, also when the first response to a delete was lost. */
export type Written = 'done' | 'already-gone';

/** Sets a key Inactive. Repeating it changes nothing. @throws CallFailedError */
export function deactivateAccessKey(iam: IAMClient, key: KeyOfUser, signal: AbortSignal): Promise<Written> {
  return setStatus(iam, key, 'Inactive', signal);
}

/** Sets a key Active again; only undo does. @throws CallFailedError */
export function reactivateAccessKey(iam: IAMClient, key: KeyOfUser, signal: AbortSignal): Promise<Written> {
  return setStatus(iam, key, 'Active', signal);
}

/** Deletes a key for good. @throws CallFailedError */
export function deleteAccessKey(iam: IAMClient, key: KeyOfUser, signal: AbortSignal): Promise<Written> {
  const command = new DeleteAccessKeyCommand({ UserName: key.userName, AccessKeyId: key.accessKeyId });
  return written('iam:DeleteAccessKey', iam.send(command, { abortSignal: signal }));
}

function setStatus(
  iam: IAMClient,
  { userName, accessKeyId }: KeyOfUser,
  status: StatusType,
  signal: AbortSignal,
): Promise<Written> {
  const input = { UserName: userName, AccessKeyId: accessKeyId, Status: status };
  const command = new UpdateAccessKeyCommand(input);
  return written('iam:UpdateAccessKey', iam.send(command, { abortSignal: signal }));
}

async function written(call: string, answer: Promise<unknown>): Promise<Written> {
  try {
    await calling(call, answer);
    return 'done';
  } catch (error) {
    if (isNoSuchEntity(error)) return 'already-gone';
    throw error;
  }
}
