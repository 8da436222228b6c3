import { GetAccessKeyInfoCommand, type STSClient } from '@aws-sdk/client-sts';

import { calling, invalidResponse } from './calling.ts';

const CALL = 'sts:GetAccessKeyInfo';

/**
 * The account that an access key belongs to, or belonged to before it was deleted.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 * @throws CallFailedError
 */
export async function accountOfKey(
  sts: STSClient,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<string> {
  const command = new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId });
  const { Account: accountId } = await calling(CALL, sts.send(command, { abortSignal: signal }));
  if (accountId !== undefined && /^\d{12}$/.test(accountId)) return accountId;
  throw invalidResponse(CALL, 'IncompleteAnswer', `the response for ${accessKeyId} has no account`);
}
