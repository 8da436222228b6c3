import type { Call, Operations, Resource } from '../../calls/call.ts';
import { matching, requiredString } from '../../calls/parameters.ts';
import type { SandboxBucket } from '../../organization/bucket.ts';
import { ApiError } from '../../wire/api-error.ts';
import { commonError } from '../../wire/common-errors.ts';
import type { HttpResponse } from '../../wire/response.ts';
import { element } from '../../wire/xml.ts';
import { emptyResponse, xmlResponse } from './responses.ts';

export const BUCKET_OPERATIONS: Operations<HttpResponse> = {
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
    arn: `arn:${call.organization.partition}:s3:::${requiredString(call, 'Bucket')}`,
    ...(action === undefined ? {} : { action }),
  });
}

/**
 * The sandbox has no bucket policies.
 *
 * @throws ApiError if the bucket is missing, another account's or in another Region
 */
export function bucketOf(call: Call): SandboxBucket {
  const bucket = call.organization.buckets.get(requiredString(call, 'Bucket'));
  if (!bucket) throw new ApiError('NoSuchBucket', 404, 'The specified bucket does not exist');
  const { name, region } = bucket;
  if (region !== undefined && region !== call.region) throw permanentRedirect(name, region);
  if (bucket.owner !== call.caller.account) throw commonError('s3', 'access-denied');
  return bucket;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html */
function permanentRedirect(bucket: string, region: string): ApiError {
  const message =
    'The bucket you are attempting to access must be addressed using the specified endpoint. ' +
    'Please send all future requests to this endpoint.';
  const members = { Endpoint: `${bucket}.s3.${region}.amazonaws.com`, Bucket: bucket };
  return new ApiError('PermanentRedirect', 301, message, members, { 'x-amz-bucket-region': region });
}

/**
 * In us-east-1, creating a bucket again is no error for its owner.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
function createBucket(call: Call): HttpResponse {
  const name = matching(call, 'Bucket', /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
  const bucket = call.organization.buckets.get(name);
  if (bucket && bucket.owner !== call.caller.account) {
    throw new ApiError('BucketAlreadyExists', 409, 'The requested bucket name is not available.');
  }
  if (bucket && call.region !== 'us-east-1') {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new ApiError('BucketAlreadyOwnedByYou', 409, message);
  }
  if (!bucket) call.organization.addBucket(name, call.caller.account);
  return emptyResponse(200, { location: `/${name}` });
}

function headBucket(call: Call): HttpResponse {
  bucketOf(call);
  return emptyResponse(200, { 'x-amz-bucket-region': call.region });
}

function getBucketLocation(call: Call): HttpResponse {
  bucketOf(call);
  return xmlResponse('LocationConstraint', call.region === 'us-east-1' ? '' : call.region);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
function getBucketVersioning(call: Call): HttpResponse {
  return xmlResponse('VersioningConfiguration', element('Status', bucketOf(call).versioning));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
function getPublicAccessBlock(call: Call): HttpResponse {
  if (!bucketOf(call).blocksPublicAccess) {
    const message = 'The public access block configuration was not found';
    throw new ApiError('NoSuchPublicAccessBlockConfiguration', 404, message);
  }
  const kinds = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  return xmlResponse('PublicAccessBlockConfiguration', kinds.map((kind) => element(kind, true)).join(''));
}

function deleteBucket(call: Call): HttpResponse {
  const bucket = bucketOf(call);
  if (bucket.objects.size > 0) {
    throw new ApiError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty');
  }
  call.organization.buckets.delete(bucket.name);
  return emptyResponse(204);
}

function listBuckets(call: Call): HttpResponse {
  const own = [...call.organization.buckets.values()].filter(({ owner }) => owner === call.caller.account);
  return xmlResponse('ListAllMyBucketsResult', `<Buckets>${own.map(bucketElement).join('')}</Buckets>`);
}

function bucketElement({ name, createdAt }: SandboxBucket): string {
  const created = element('CreationDate', new Date(createdAt).toISOString());
  return `<Bucket>${element('Name', name)}${created}</Bucket>`;
}
