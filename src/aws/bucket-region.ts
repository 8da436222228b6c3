import type { S3Client, S3ServiceException } from '@aws-sdk/client-s3';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const REDIRECTS = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];

/**
 * Moves a client to the Region of its bucket, when S3 first names it. The SDK's own `followRegionRedirects`
 * asks the wrong Region before each call again, and does not understand AuthorizationHeaderMalformed.
 */
export function followBucket(client: S3Client): S3Client {
  const { config } = client;
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const region = regionIn(error as S3ServiceException & { readonly Region?: string });
        if (region === undefined) throw error;
        config.region = () => Promise.resolve(region);
        return next(args);
      }
    },
    { name: 'followBucket', step: 'initialize' },
  );
  return client;
}

function regionIn({
  name,
  Region,
  $response,
}: S3ServiceException & { readonly Region?: string }): string | undefined {
  return REDIRECTS.includes(name) ? (Region ?? $response?.headers['x-amz-bucket-region']) : undefined;
}
