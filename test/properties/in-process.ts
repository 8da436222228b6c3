import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { HttpHandlerOptions, MetadataBearer } from '@smithy/types';
import { Readable } from 'node:stream';

import type { Clients } from '../../src/aws/clients.ts';
import { openIamClient } from '../../src/aws/iam-client.ts';
import { countRequests } from '../../src/aws/request-counter.ts';
import { verifyResponses, type AwsClient } from '../../src/aws/verify-response.ts';
import { createServerState, type PageOptions, type ServerState } from '../../sandbox/server/server-state.ts';
import { handleRequest } from '../../sandbox/server/endpoint.ts';
import type { Reply } from '../../sandbox/faults/apply-fault.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { HttpRequest as SandboxRequest } from '../../sandbox/wire/request.ts';
import { unsigned } from '../support/unsigned.ts';

/**
 * What stands between the SDK and the sandbox: sends the call on, or not, and hands the answer back, or not.
 */
export type Passage = (send: () => Promise<Reply>, request: SandboxRequest) => Promise<Reply>;

/** A sandbox without sockets. */
export function sandboxOf(organization: SandboxOrganization, pages: PageOptions = {}): ServerState {
  return createServerState({ organization, pages });
}

/**
 * The SDK's own clients, with every byte of the requests but the signature, and no network in between:
 * thousands of sweeps in minutes. They retry as often as they are told and at once.
 * @param mostCalls Without sockets, a run that never ends lets no timer stop it.
 */
export function clientsInProcess(
  server: ServerState,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  passage: Passage = (send) => send(),
  verify = verifyResponses,
  mostCalls = Infinity,
): Clients {
  const requests = countRequests();
  const requestHandler = requests.countSent(
    inProcess((request) => {
      if (requests.total().calls > mostCalls) throw new Error(`more than ${mostCalls} calls`);
      return passage(() => handleRequest(server, request), request);
    }),
  );
  const base = {
    requestHandler,
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1',
    // Two retries; none waits.
    retryStrategy: new ConfiguredRetryStrategy(2, () => 0),
    // What is given is not looked for in files and variables.
    retryMode: 'standard',
    defaultsMode: 'standard' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: '',
    authSchemePreference: [],
    maxAttempts: 3,
    disableClockSkewCorrection: true,
  };
  const shared = { ...base, credentials };
  const counted = <Client, Input extends object, Output extends MetadataBearer>(
    client: Client & AwsClient<Input, Output>,
  ): Client => requests.countThrottled(verify(unsigned(client)));
  // Few of the thousands need all three.
  const sts = once(() => counted(new STSClient(shared)));
  const organizations = once(() => counted(new OrganizationsClient(shared)));
  const s3 = once(() => counted(new S3Client(shared)));
  return {
    get sts() {
      return sts();
    },
    get organizations() {
      return organizations();
    },
    get s3() {
      return s3();
    },
    kms: () => counted(new KMSClient(shared)),
    sfn: () => counted(new SFNClient(shared)),
    tagging: () => counted(new ResourceGroupsTaggingAPIClient(shared)),
    iam: (session) => counted(openIamClient({ ...base, credentials: session })),
    notices: () => ({
      sns: counted(new SNSClient(shared)),
      eventBridge: counted(new EventBridgeClient(shared)),
      ses: counted(new SESv2Client(shared)),
    }),
    securityHub: (Client) => counted(new Client(shared)),
    endThrottled: () => undefined,
    requests,
    close: () => undefined,
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/**
 * What carries the calls of an SDK client to a sandbox without sockets. As with sockets, nothing is sent for
 * a call that was given up before; one that is given up later goes on, and is answered.
 */
export function inProcess(reply: (request: SandboxRequest) => Promise<Reply>) {
  return {
    handle: async (request: HttpRequest, { abortSignal }: HttpHandlerOptions = {}) => {
      if (abortSignal?.aborted) throw Object.assign(new Error('aborted'), { name: 'AbortError' });
      return { response: received(await reply(sent(request))) };
    },
  };
}

function sent({ method, path, query, headers, body }: HttpRequest): SandboxRequest {
  const url = new URL(path, 'http://127.0.0.1');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    url,
    headers: Object.fromEntries(lower) as SandboxRequest['headers'],
    body: bytesOf(body),
  };
}

/** @throws what Node's own client would, where no whole answer comes */
function received({ kind, response: { status, headers, body } }: Reply): HttpResponse {
  switch (kind) {
    case 'complete':
      return new HttpResponse({
        statusCode: status,
        headers: { ...headers },
        body: Readable.from([Buffer.from(body)]),
      });
    case 'timeout':
      throw Object.assign(new Error('no answer came'), { name: 'TimeoutError' });
    // Node ends an answer that breaks off in the middle like a connection that is torn.
    case 'truncated':
    case 'reset':
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  }
}

function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return body instanceof Uint8Array ? Buffer.copyBytesFrom(body) : Buffer.from(body as string);
}
