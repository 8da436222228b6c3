import { GetBucketVersioningCommand, GetPublicAccessBlockCommand, type S3Client } from '@aws-sdk/client-s3';

import { calling } from '../../aws/calling.ts';
import { ifExists } from './if-exists.ts';

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
  const answer = s3.send(command, { abortSignal: signal });
  const missing = 'NoSuchPublicAccessBlockConfiguration';
  const found = await ifExists(missing, 's3:GetBucketPublicAccessBlock', answer);
  const block = found?.PublicAccessBlockConfiguration;
  return [
    block?.BlockPublicAcls,
    block?.BlockPublicPolicy,
    block?.IgnorePublicAcls,
    block?.RestrictPublicBuckets,
  ].every((blocked) => blocked === true);
}
