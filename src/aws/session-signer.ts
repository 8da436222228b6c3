import { createHmac, hash } from 'node:crypto';

import { escapeUri, HttpRequest } from '@smithy/core/protocols';
import type { AuthScheme, AwsCredentialIdentity, HttpRequest as Request, RequestSigner } from '@smithy/types';

/** Of a client, as the SDK has resolved them. */
export interface SignerSettings {
  readonly credentials: () => Promise<AwsCredentialIdentity>;
  readonly region: () => Promise<string>;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * For a client's `signer` setting: the SDK's signatures, but with a key that is derived once a session and
 * day. The SDK derives a part of it for each request, and keeps 50 keys, where a sweep has 100 sessions.
 * @param settings of the client, which does not exist yet
 */
export function sessionSigner(
  settings: () => SignerSettings,
): (scheme?: AuthScheme) => Promise<RequestSigner> {
  let kept:
    { readonly session: AwsCredentialIdentity; readonly scope: string; readonly key: Buffer } | undefined;
  return async (scheme) => {
    const { signingRegion = await settings().region(), signingName = 'iam' } = scheme ?? {};
    return {
      sign: async (request, { signingDate, signingService = signingName, ...options } = {}) => {
        const session = await settings().credentials();
        const time = new Date(signingDate ?? Date.now()).toISOString().replace(/[-:]|\.\d+/g, '');
        const region = options.signingRegion ?? signingRegion;
        const scope = `${time.slice(0, 8)}/${region}/${signingService}/aws4_request`;
        if (kept?.session !== session || kept.scope !== scope)
          kept = { session, scope, key: signingKey(session.secretAccessKey, scope) };
        return signed(request, session, time, scope, kept.key);
      },
    };
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function signed(
  original: Request,
  { accessKeyId, sessionToken }: AwsCredentialIdentity,
  time: string,
  scope: string,
  key: Buffer,
): Request {
  const request = HttpRequest.clone(original);
  const { headers, method, path } = request;
  const payload = hash('sha256', request.body as string);
  headers['x-amz-date'] = time;
  if (sessionToken) headers['x-amz-security-token'] = sessionToken;
  headers['x-amz-content-sha256'] = payload;
  // The one header of these calls that a proxy may change.
  const names = Object.keys(headers)
    .filter((name) => name !== 'user-agent')
    .sort();
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}`);
  const place = escapeUri(path.replace(/\/+/g, '/')).replace(/%2F/g, '/');
  const canonical = [method, place, '', ...lines, '', names.join(';'), payload].join('\n');
  const toSign = [ALGORITHM, time, scope, hash('sha256', canonical)].join('\n');
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}`;
  headers['authorization'] = `${ALGORITHM} ${credential}, Signature=${signature}`;
  return request;
}

function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>(hmac, Buffer.from(`AWS4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
