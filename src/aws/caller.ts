import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { HttpResponse } from '@smithy/core/protocols';

import { RootCredentialsError } from './errors.ts';
import { calling, invalidResponse } from './calling.ts';
import { partitionOf, type Partition } from './partition.ts';

/** Who keysweep runs as. */
export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: Partition;
  /** The key that signs the calls: a sweep never revokes it. */
  readonly accessKeyId: string;
  /** From the response's Date header; undefined where it has none. */
  readonly awsTime: Date | undefined;
}

const CALL = 'sts:GetCallerIdentity';

/**
 * @throws CallFailedError when the call fails, or the response has no account or an unknown partition;
 *   RootCredentialsError
 */
export async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const command = new GetCallerIdentityCommand({});
  const dateHeader = captureDateHeader(command);
  const answer = await calling(CALL, sts.send(command, { abortSignal: signal }));
  const { Account: accountId, Arn: arn } = answer;
  if (!accountId || !arn)
    throw invalidResponse(CALL, 'IncompleteAnswer', 'the response has no account or no ARN');
  if (arn.endsWith(':root')) {
    throw new RootCredentialsError(
      `These are root credentials of account ${accountId}, so nothing was done. Run keysweep as a role, ` +
        'and delete the access keys of the root user: ' +
        'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    );
  }
  const partition = partitionOf(arn);
  if (!partition)
    throw invalidResponse(CALL, 'UnknownPartition', `keysweep does not know the partition of ${arn}`);
  const { accessKeyId } = await sts.config.credentials();
  const time = Date.parse(dateHeader() ?? '');
  const awsTime = Number.isNaN(time) ? undefined : new Date(time);
  return { accountId, arn, partition, accessKeyId, awsTime };
}

/** Of a session or user, if its name may be one: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function sourceIdentityOf(arn: string): string | undefined {
  return /(?<=\/)[\w+=,.@-]{2,64}$/.exec(arn)?.[0];
}

/** @returns a function that gives the `Date` header of the last response */
function captureDateHeader(command: GetCallerIdentityCommand): () => string | undefined {
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      if (HttpResponse.isInstance(answer.response)) date = answer.response.headers['date'];
      return answer;
    },
    { name: 'captureDateHeader', step: 'deserialize', priority: 'low' },
  );
  return () => date;
}

/** Two machines then differ by at most four; a lock lasts five after its renewal: docs/adr/0007-lock.md */
export const MAX_SKEW_MINUTES = 2;

/**
 * Compares our clock with AWS's, because ages, holds, opt-outs and the end of another run's lock are judged
 * by ours. The SDK would not notice: when a signature is refused for its time, it signs again with AWS's.
 * @throws CallFailedError when they differ by more than two minutes, or the response has no date
 */
export function checkClock({ awsTime }: Pick<Caller, 'awsTime'>, now: Date): void {
  if (!awsTime) {
    const message =
      'the response has no Date header to check the clock of this machine against: does a proxy remove it?';
    throw invalidResponse(CALL, 'NoDate', message);
  }
  const minutes = Math.abs(now.getTime() - awsTime.getTime()) / 60_000;
  if (minutes <= MAX_SKEW_MINUTES) return;
  const message =
    `this machine's clock says ${now.toISOString()} and AWS's ${awsTime.toISOString()}, ` +
    `more than ${MAX_SKEW_MINUTES} minutes apart. Set this machine's clock (NTP: timedatectl set-ntp true)`;
  throw invalidResponse(CALL, 'ClockSkew', message);
}
