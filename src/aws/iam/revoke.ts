import {
  DeleteAccessKeyCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
  type StatusType,
} from '@aws-sdk/client-iam';

import { calling } from '../calling.ts';

export interface KeyOfUser {
  readonly userName: string;
  readonly accessKeyId: string;
}

/** Resolves when AWS confirmed it. @throws CallFailedError */
type Write = (iam: IAMClient, key: KeyOfUser, signal: AbortSignal) => Promise<void>;

/** Repeating it changes nothing. */
export const deactivateAccessKey = setStatus('Inactive');

/** Only for undo. */
export const reactivateAccessKey = setStatus('Active');

export const deleteAccessKey: Write = async (iam, { userName, accessKeyId }, abortSignal) => {
  const command = new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId });
  await calling('iam:DeleteAccessKey', iam.send(command, { abortSignal }));
};

function setStatus(Status: StatusType): Write {
  return async (iam, { userName, accessKeyId }, abortSignal) => {
    const command = new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: accessKeyId, Status });
    await calling('iam:UpdateAccessKey', iam.send(command, { abortSignal }));
  };
}
