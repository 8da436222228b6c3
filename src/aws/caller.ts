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
  /** The key that the calls are signed with: a sweep never revokes it. */
  readonly accessKeyId: string;
  /** AWS's clock when it answered; undefined when the answer did not tell. */
  readonly awsTime: Date | undefined;
}

const CALL = 'sts:GetCallerIdentity';

/**
 * Asks AWS who the credentials belong to.
 * @throws CallFailedError when the call fails, or answers without an account or with an ARN of an unknown partition;
 *   RootCredentialsError
 */
export async function identifyCaller(sts: STSClient, signal: AbortSignal): Promise<Caller> {
  const command = new GetCallerIdentityCommand({});
  const dateHeader = noteDateHeader(command);
  const answer = await calling(CALL, sts.send(command, { abortSignal: signal }));
  const { Account: accountId, Arn: arn } = answer;
  if (!accountId || !arn)
    throw invalidResponse(CALL, 'IncompleteAnswer', 'the answer names no account or no ARN');
  if (arn.endsWith(':root')) {
    throw new RootCredentialsError(
      `these are root credentials of account ${accountId}. Run keysweep as a role, and delete the access keys of the root user: ` +
        'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
    );
  }
  const partition = partitionOf(arn);
  if (!partition)
    throw invalidResponse(CALL, 'UnknownPartition', `${arn} is in a partition that keysweep does not know`);
  const { accessKeyId } = await sts.config.credentials();
  return { accountId, arn, partition, accessKeyId, awsTime: parsed(dateHeader()) };
}

/** @returns what tells the `Date` header of the last answer */
function noteDateHeader(command: GetCallerIdentityCommand): () => string | undefined {
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      if (HttpResponse.isInstance(answer.response)) date = answer.response.headers['date'];
      return answer;
    },
    { name: 'noteDateHeader', step: 'deserialize', priority: 'low' },
  );
  return () => date;
}

function parsed(date: string | undefined): Date | undefined {
  return date === undefined || Number.isNaN(Date.parse(date)) ? undefined : new Date(date);
}

/** Two machines are then at most four apart, and the lock of a run lasts five beyond its last renewal: docs/adr/0007-lock.md */
export const MAX_SKEW_MINUTES = 2;

/**
 * Compares our clock with AWS's. Every age, hold and opt-out is judged by ours, and so is whether another run's lock has ended: a
 * clock that is ahead would take it from a run that lives. Nothing else would tell: AWS refuses a signature only when it is a quarter
 * of an hour off, and the SDK then signs with AWS's time.
 * @throws CallFailedError when they are more than two minutes apart, or AWS's answer did not say when it was given
 */
export function checkClock({ awsTime }: Pick<Caller, 'awsTime'>, now: Date): void {
  if (!awsTime)
    throw invalidResponse(
      CALL,
      'NoDate',
      'the answer has no Date header to compare our clock with: does a proxy take it away?',
    );
  const minutes = Math.abs(now.getTime() - awsTime.getTime()) / 60_000;
  if (minutes <= MAX_SKEW_MINUTES) return;
  const message =
    `it is ${now.toISOString()} here and ${awsTime.toISOString()} at AWS, more than ${MAX_SKEW_MINUTES} minutes apart: ` +
    'set the clock of this machine right (by NTP: timedatectl set-ntp true)';
  throw invalidResponse(CALL, 'ClockSkew', message);
}
