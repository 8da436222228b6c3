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

/** @throws CallFailedError */
type Write = (iam: IAMClient, key: KeyOfUser, signal: AbortSignal) => Promise<Written>;

/** Repeating it changes nothing. */
export const deactivateAccessKey = setStatus('Inactive');

/** Only for undo. */
export const reactivateAccessKey = setStatus('Active');

export const deleteAccessKey: Write = (iam, { userName, accessKeyId }, abortSignal) => {
  const command = new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId });
  return written('iam:DeleteAccessKey', iam.send(command, { abortSignal }));
};

function setStatus(Status: StatusType): Write {
  return (iam, { userName, accessKeyId }, abortSignal) => {
    const command = new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status });
    return written('iam:UpdateAccessKey', iam.send(command, { abortSignal }));
  };
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
