import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';

import { calling, invalidResponse } from './calling.ts';
import { CallFailedError } from './errors.ts';
import type { RotationRole } from '../config/schema.ts';
import type { CredentialProvider } from './clients.ts';
import type { Partition } from './partition.ts';
import { MAX_POLICY, POLICY_TOO_LARGE, sessionPolicy, type SessionPurpose } from './session-policy.ts';

export interface SessionRequest {
  readonly partition: Partition;
  readonly accountId: string;
  readonly role: RotationRole;
  /** Part of the session name, so that CloudTrail in the member account shows the run. */
  readonly runId: string;
  readonly purpose: SessionPurpose;
  /** An undo has a session name of its own, because it is the only run that activates keys. */
  readonly undo?: boolean | undefined;
  /** Who runs keysweep: CloudTrail shows it with every call of the session. */
  readonly sourceIdentity?: string | undefined;
}

const CALL = 'sts:AssumeRole';

/** The shortest that STS allows; an account takes seconds. */
const SESSION_SECONDS = 900;

/**
 * Assumes the rotation role in one account.
 * @returns a provider that the SDK calls again when the session is about to expire
 * @throws CallFailedError of kind `cannot-assume` when the role is missing or does not trust the caller
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

/** Without the source identity where the role, or the caller's own policies, do not allow to set it. */
async function assumeRole(
  sts: STSClient,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<AwsCredentialIdentity> {
  return tryToAssume(sts, request, signal).catch((error: unknown) => {
    const isDenied = error instanceof CallFailedError && error.failure.kind === 'cannot-assume';
    if (request.sourceIdentity === undefined || !isDenied) throw error;
    return tryToAssume(sts, { ...request, sourceIdentity: undefined }, signal);
  });
}

async function tryToAssume(
  sts: STSClient,
  request: SessionRequest,
  signal: AbortSignal,
): Promise<AwsCredentialIdentity> {
  const { partition, accountId, role, runId, purpose, undo, sourceIdentity } = request;
  const sessionName = `keysweep-${undo ? 'undo-' : ''}${runId}`;
  const policy = sessionPolicy(purpose, partition);
  if (policy.length > MAX_POLICY) throw tooLarge(policy);
  const command = new AssumeRoleCommand({
    RoleArn: `arn:${partition}:iam::${accountId}:role${role.path}${role.name}`,
    RoleSessionName: sessionName,
    DurationSeconds: SESSION_SECONDS,
    Policy: policy,
    ...(sourceIdentity && { SourceIdentity: sourceIdentity }),
    ...(role.externalId && { ExternalId: role.externalId }),
  });
  const answer = calling(CALL, sts.send(command, { abortSignal: signal }));
  const { Credentials: session, AssumedRoleUser: assumed } = await answer.catch(throwCannotAssume);
  if (!session?.AccessKeyId || !session.SecretAccessKey || !session.SessionToken || !session.Expiration) {
    throw invalidResponse(CALL, 'IncompleteAnswer', 'the response has no complete credentials');
  }
  // Without the path: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role.name}/${sessionName}`;
  if (assumed?.Arn !== arn)
    throw invalidResponse(CALL, 'WrongSession', `asked for ${arn}, AWS sent ${assumed?.Arn ?? 'no name'}`);
  return {
    accessKeyId: session.AccessKeyId,
    secretAccessKey: session.SecretAccessKey,
    sessionToken: session.SessionToken,
    expiration: session.Expiration,
  };
}

function tooLarge(policy: string): CallFailedError {
  const message = `the session policy has ${policy.length} characters, and AWS allows ${MAX_POLICY}`;
  return new CallFailedError({ kind: 'failed', call: CALL, code: POLICY_TOO_LARGE, message });
}

function throwCannotAssume(error: unknown): never {
  if (!(error instanceof CallFailedError) || error.failure.kind !== 'denied') throw error;
  throw new CallFailedError({ ...error.failure, kind: 'cannot-assume' }, error.cause);
}
