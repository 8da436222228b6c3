import type { AwsCredentialIdentity, HttpRequest, RequestSigner } from '@smithy/types';

interface AuthScheme {
  readonly signingName?: string;
  readonly signingRegion?: string;
}

/** The settings of an SDK client by which it signs. */
interface Signing {
  readonly config: {
    readonly credentials: () => Promise<AwsCredentialIdentity>;
    readonly region: () => Promise<string>;
    readonly defaultSigningName: string;
    signer: (scheme?: AuthScheme) => Promise<RequestSigner>;
  };
}

/**
 * Lets an SDK client say who calls, and not prove it: the sandbox does not check signatures, and they take
 * near half of the processor's time of a call.
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
