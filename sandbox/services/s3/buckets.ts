import { ApiError } from '../../wire/api-error.ts';
import type { Call, Operations, Resource } from '../../calls/call.ts';
import { requiredText, shaped } from '../../calls/parameters.ts';
import { commonError } from '../../wire/common-errors.ts';
import type { HttpAnswer } from '../../wire/response.ts';
import { leaf } from '../../wire/xml.ts';
import { empty, xml } from './responses.ts';
import type { SandboxBucket } from '../../organization/bucket.ts';

export const BUCKET_OPERATIONS: Operations<HttpAnswer> = {
  CreateBucket: { writes: true, resource: bucketResource(), run: createBucket },
  HeadBucket: { resource: bucketResource('s3:ListBucket'), run: headBucket },
  GetBucketLocation: { resource: bucketResource(), run: getBucketLocation },
  GetBucketVersioning: { resource: bucketResource(), run: getBucketVersioning },
  GetPublicAccessBlock: {
    resource: bucketResource('s3:GetBucketPublicAccessBlock'),
    run: getPublicAccessBlock,
  },
  DeleteBucket: { writes: true, resource: bucketResource(), run: deleteBucket },
  ListBuckets: { resource: () => ({ arn: '*', action: 's3:ListAllMyBuckets' }), run: listBuckets },
};

export function bucketResource(action?: string): (call: Call) => Resource {
  return (call) => ({
    arn: `arn:${call.organization.partition}:s3:::${requiredText(call, 'Bucket')}`,
    ...(action === undefined ? {} : { action }),
  });
}

/** @throws ApiError for a bucket that is not there or belongs to another account, for the sandbox has no bucket policies */
export function bucketOf(call: Call): SandboxBucket {
  const bucket = call.organization.buckets.get(requiredText(call, 'Bucket'));
  if (!bucket) throw new ApiError('NoSuchBucket', 404, 'The specified bucket does not exist');
  if (bucket.owner !== call.caller.account) throw commonError('s3', 'access-denied');
  return bucket;
}

/** In us-east-1 making one's own bucket again is no error. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
function createBucket(call: Call): HttpAnswer {
  const name = shaped(call, 'Bucket', requiredText(call, 'Bucket'), /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
  const bucket = call.organization.buckets.get(name);
  if (bucket && bucket.owner !== call.caller.account) {
    throw new ApiError('BucketAlreadyExists', 409, 'The requested bucket name is not available.');
  }
  if (bucket && call.region !== 'us-east-1') {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new ApiError('BucketAlreadyOwnedByYou', 409, message);
  }
  if (!bucket) call.organization.addBucket(name, call.caller.account);
  return empty(200, { location: `/${name}` });
}

function headBucket(call: Call): HttpAnswer {
  bucketOf(call);
  return empty(200, { 'x-amz-bucket-region': call.region });
}

function getBucketLocation(call: Call): HttpAnswer {
  bucketOf(call);
  return xml('LocationConstraint', call.region === 'us-east-1' ? '' : call.region);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
function getBucketVersioning(call: Call): HttpAnswer {
  return xml('VersioningConfiguration', leaf('Status', bucketOf(call).versioning));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
function getPublicAccessBlock(call: Call): HttpAnswer {
  if (!bucketOf(call).blocksPublicAccess) {
    const message = 'The public access block configuration was not found';
    throw new ApiError('NoSuchPublicAccessBlockConfiguration', 404, message);
  }
  const kinds = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  return xml('PublicAccessBlockConfiguration', kinds.map((kind) => leaf(kind, true)).join(''));
}

function deleteBucket(call: Call): HttpAnswer {
  const bucket = bucketOf(call);
  if (bucket.objects.size > 0) {
    throw new ApiError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty');
  }
  call.organization.buckets.delete(bucket.name);
  return empty(204);
}

function listBuckets(call: Call): HttpAnswer {
  const own = [...call.organization.buckets.values()].filter(
    (bucket) => bucket.owner === call.caller.account,
  );
  const buckets = own.map(
    ({ name, createdAt }) =>
      `<Bucket>${leaf('Name', name)}${leaf('CreationDate', new Date(createdAt).toISOString())}</Bucket>`,
  );
  return xml('ListAllMyBucketsResult', `<Buckets>${buckets.join('')}</Buckets>`);
}
