import { createPublicKey, sign } from 'node:crypto';
import type { Call, Operations, Resource } from '../calls/call.ts';
import { requiredString } from '../calls/parameters.ts';
import type { SandboxSigningKey } from '../organization/entities.ts';
import { ApiError } from '../wire/api-error.ts';

type Json = Readonly<Record<string, unknown>>;

export const KMS_OPERATIONS: Operations<Json> = {
  Sign: { resource: keyResource, run: signMessage },
  GetPublicKey: { resource: keyResource, run: getPublicKey },
  DescribeKey: { resource: keyResource, run: describeKey },
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias */
function keyResource(call: Call): Resource {
  const { arn } = keyOf(call);
  const alias = /:(alias\/.+)$/.exec(requiredString(call, 'KeyId'))?.[1];
  return { arn, context: (key) => (key === 'kms:requestalias' ? alias : undefined) };
}

/** By the ARN of the key or of its alias. */
function keyOf(call: Call): SandboxSigningKey {
  const id = requiredString(call, 'KeyId');
  const found = call.organization.signingKeys.find(({ arn, aliasArn }) => id === arn || id === aliasArn);
  if (!found) throw new ApiError('NotFoundException', 400, `Alias ${id} is not found.`);
  return found;
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
function signMessage(call: Call): Json {
  const { arn, privateKey } = keyOf(call);
  if (requiredString(call, 'SigningAlgorithm') !== 'ECDSA_SHA_256' || call.parameters.MessageType !== 'RAW')
    throw new ApiError('ValidationException', 400, 'The sandbox signs RAW messages with ECDSA_SHA_256 only.');
  const message = Buffer.from(requiredString(call, 'Message'), 'base64');
  if (message.length > 4096)
    throw new ApiError('ValidationException', 400, 'Member must have length less than or equal to 4096');
  const signature = sign('sha256', message, privateKey).toString('base64');
  return { KeyId: arn, Signature: signature, SigningAlgorithm: 'ECDSA_SHA_256' };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html */
function getPublicKey(call: Call): Json {
  const { arn, privateKey } = keyOf(call);
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  return { KeyId: arn, PublicKey: publicKey, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
function describeKey(call: Call): Json {
  const { arn, createdAt } = keyOf(call);
  const keyId = arn.replace(/^.*\//, '');
  return { KeyMetadata: { Arn: arn, KeyId: keyId, CreationDate: createdAt / 1000, Enabled: true } };
}
