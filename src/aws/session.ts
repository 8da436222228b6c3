import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';

import { calling, invalidResponse } from './calling.ts';
import { CallFailedError } from './errors.ts';
import type { RotationRole } from '../config/schema.ts';
import type { CredentialProvider } from './clients.ts';
import type { Partition } from './partition.ts';
import { sessionPolicy, type SessionPurpose } from './session-policy.ts';

export interface SessionRequest {
  readonly partition: Partition;
  readonly accountId: string;
  readonly role: RotationRole;
  /** Becomes part of the session name, so that CloudTrail in the member account names the run. */
  readonly runId: string;
  readonly purpose: SessionPurpose;
}

const CALL = 'sts:AssumeRole';

/** The least that STS gives. One account takes seconds; longer ones fail under role chaining beyond an hour anyway. */
const SESSION_SECONDS = 900;

/**
 * Assumes the rotation role in one account.
 * @returns a provider that the SDK asks again when the session is about to expire
 * @throws CallFailedError of kind `cannot-assume` when the role is missing or its trust refuses (AWS does not tell which)
 */
export async function openSession(
  sts: STSClient,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<CredentialProvider> {
  let first: AwsCredentialIdentity | undefined = await assumeRole(sts, request, signal);
  return async () => {
    const session = first ?? (await assumeRole(sts, request, signal));
    first = undefined;
    return session;
  };
}

async function assumeRole(
  sts: STSClient,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<AwsCredentialIdentity> {
  const { Credentials: session } = await calling(
    CALL,
    sts.send(assumeRoleCommand(request), { abortSignal: signal }),
  ).catch((error: unknown) => {
    throw asCannotAssume(error);
  });
  if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken || !session.Expiration) {
    throw invalidResponse(CALL, 'IncompleteAnswer', 'the answer holds no complete session');
  }
  return {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.SessionToken,
    expiration: session.Expiration,
  };
}

function assumeRoleCommand({
  partition,
  accountId,
  role,
  runId,
  purpose,
}: SessionRequest): AssumeRoleCommand {
  return new AssumeRoleCommand({
    RoleArn: `arn:${partition}:iam::${accountId}:role${role.path}${role.name}`,
    RoleSessionName: `keysweep-${runId}`,
    DurationSeconds: SESSION_SECONDS,
    Policy: sessionPolicy(purpose),
    ...(role.externalId && { ExternalId: role.externalId }),
  });
}

function asCannotAssume(error: unknown): unknown {
  if (!(error instanceof CallFailedError) || error.failure.kind !== 'denied') return error;
  return new CallFailedError({ ...error.failure, kind: 'cannot-assume' }, error.cause);
}
