import type { AwsCredentialIdentity, HttpRequest, RequestSigner } from '@smithy/types';

interface AuthScheme {
  readonly signingName?: string;
  readonly signingRegion?: string;
}

/** The signing settings of an SDK client. */
interface Signing {
  readonly config: {
    readonly credentials: () => Promise<AwsCredentialIdentity>;
    readonly region: () => Promise<string>;
    readonly defaultSigningName: string;
    signer: (scheme?: AuthScheme) => Promise<RequestSigner>;
  };
}

/**
 * Makes an SDK client name the caller without a signature: the sandbox does not check signatures, and they
 * take almost half of the CPU time of a call.
 */
export function unsigned<Client>(client: Client): Client {
  const { config } = client as Signing;
  config.signer = async ({ signingName = config.defaultSigningName, signingRegion } = {}) => {
    const scope = `20000101/${signingRegion ?? (await config.region())}/${signingName}/aws4_request`;
    return { sign: async (request) => withCaller(request, await config.credentials(), scope) };
  };
  return client;
}

function withCaller(
  request: HttpRequest,
  { accessKeyId, sessionToken }: AwsCredentialIdentity,
  scope: string,
): HttpRequest {
  request.headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host, Signature=none`;
  if (sessionToken !== undefined) request.headers['x-amz-security-token'] = sessionToken;
  return request;
}
