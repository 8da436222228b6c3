import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

import { calling, nonsense } from '../calls/failure.ts';
import { partitionOf, type Partition } from './partition.ts';

/** Who keysweep runs as. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: Partition;
}

const CALL = 'sts:GetCallerIdentity';

/**
 * Asks AWS who the credentials belong to.
 * @throws CallFailedError when the call fails, or answers without an account or with an ARN of an unknown partition
 */
export async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const answer = await calling(CALL, sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal }));
  const { Account: accountId, Arn: arn } = answer;
  if (!accountId || !arn) throw nonsense(CALL, 'IncompleteAnswer', 'the answer names no account or no ARN');
  const partition = partitionOf(arn);
  if (!partition)
    throw nonsense(CALL, 'UnknownPartition', `${arn} is in a partition that keysweep does not know`);
  return { accountId, arn, partition };
}
