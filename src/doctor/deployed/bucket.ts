import { GetBucketVersioningCommand, GetPublicAccessBlockCommand, type S3Client } from '@aws-sdk/client-s3';

import { calling } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** Whether a bucket keeps what is written over. @throws CallFailedError */
export async function isVersioned(s3: S3Client, bucket: string, signal: AbortSignal): Promise<boolean> {
  const command = new GetBucketVersioningCommand({ Bucket: bucket });
  const answer = await calling('s3:GetBucketVersioning', s3.send(command, { abortSignal: signal }));
  return answer.Status === 'Enabled';
}

/** Whether all four kinds of public access are blocked. @throws CallFailedError */
export async function isPublicAccessBlocked(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<boolean> {
  const command = new GetPublicAccessBlockCommand({ Bucket: bucket });
  try {
    const answer = await calling('s3:GetBucketPublicAccessBlock', s3.send(command, { abortSignal: signal }));
    const block = answer.PublicAccessBlockConfiguration;
    return [
      block?.BlockPublicAcls,
      block?.BlockPublicPolicy,
      block?.IgnorePublicAcls,
      block?.RestrictPublicBuckets,
    ].every((blocked) => blocked === true);
  } catch (error) {
    if (error instanceof CallFailedError && error.failure.code === 'NoSuchPublicAccessBlockConfiguration')
      return false;
    throw error;
  }
}
