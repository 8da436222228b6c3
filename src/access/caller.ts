import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

import { calling, nonsense } from '../calls/failure.ts';
import { partitionOf, type Partition } from './partition.ts';

/** Who keysweep runs as. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: Partition;
  /** The key that the calls are signed with: a sweep never revokes it. */
  readonly accessKeyId: string;
}

/** Root credentials can do everything, and nobody should have keys of them. Nothing was done. */
export class RootCredentialsError extends Error {
  override readonly name = 'RootCredentialsError';
}

const CALL = 'sts:GetCallerIdentity';

/**
 * Asks AWS who the credentials belong to.
 * @throws CallFailedError when the call fails, or answers without an account or with an ARN of an unknown partition;
 *   RootCredentialsError
 */
export async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const answer = await calling(CALL, sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal }));
  const { Account: accountId, Arn: arn } = answer;
  if (!accountId || !arn) throw nonsense(CALL, 'IncompleteAnswer', 'the answer names no account or no ARN');
  if (arn.endsWith(':root')) {
    throw new RootCredentialsError(
      `these are root credentials of account ${accountId}. Run keysweep as a role, and delete the access keys of the root user: ` +
        'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    );
  }
  const partition = partitionOf(arn);
  if (!partition)
    throw nonsense(CALL, 'UnknownPartition', `${arn} is in a partition that keysweep does not know`);
  const { accessKeyId } = await sts.config.credentials();
  return { accountId, arn, partition, accessKeyId };
}
