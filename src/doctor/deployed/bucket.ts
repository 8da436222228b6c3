import { GetBucketVersioningCommand, GetPublicAccessBlockCommand, type S3Client } from '@aws-sdk/client-s3';

import { calling } from '../../aws/calling.ts';
import { CallFailedError } from '../../aws/errors.ts';

/** @throws CallFailedError */
export async function isVersioned(s3: S3Client, bucket: string, signal: AbortSignal): Promise<boolean> {
  const command = new GetBucketVersioningCommand({ Bucket: bucket });
  const response = await calling('s3:GetBucketVersioning', s3.send(command, { abortSignal: signal }));
  return response.Status === 'Enabled';
}

/** Whether all four kinds of public access are blocked. @throws CallFailedError */
export async function isPublicAccessBlocked(
  s3: S3Client,
  bucket: string,
  signal: AbortSignal,
): Promise<boolean> {
  const command = new GetPublicAccessBlockCommand({ Bucket: bucket });
  try {
    const response = await calling(
      's3:GetBucketPublicAccessBlock',
      s3.send(command, { abortSignal: signal }),
    );
    const block = response.PublicAccessBlockConfiguration;
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
