import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import * as iam from '@aws-sdk/client-iam';
import { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { openClients } from '../../src/aws/clients.ts';
import { openIamClient } from '../../src/aws/iam-client.ts';
import { MINUTE } from '../support/clock.ts';

/** The time is fixed; AWS's clock is ahead of it in some responses. */
const NOW = new Date('2026-11-27T21:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  vi.spyOn(crypto, 'randomUUID').mockReturnValue('11111111-2222-4333-8444-555555555555');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Every call of keysweep to IAM. */
const CALLS: readonly ((name: string) => object)[] = [
  (UserName) => new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }),
  (UserName) =>
    new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId: 'AKIAIOSFODNN7EXAMPLE', Status: 'Inactive' }),
  (UserName) => new iam.ListAccessKeysCommand({ UserName, MaxItems: 1_000 }),
  (UserName) => new iam.ListUserTagsCommand({ UserName, Marker: UserName }),
  (UserName) => new iam.ListAttachedUserPoliciesCommand({ UserName }),
  (UserName) => new iam.GetLoginProfileCommand({ UserName }),
  (UserName) => new iam.ListSSHPublicKeysCommand({ UserName }),
  (UserName) => new iam.ListSigningCertificatesCommand({ UserName }),
  (UserName) => new iam.ListServiceSpecificCredentialsCommand({ UserName }),
  (GroupName) => new iam.GetGroupCommand({ GroupName, MaxItems: 1_000 }),
  (RoleName) => new iam.GetRoleCommand({ RoleName }),
  (RoleName) => new iam.ListRolePoliciesCommand({ RoleName }),
  (RoleName) => new iam.ListAttachedRolePoliciesCommand({ RoleName }),
  (RoleName) => new iam.GetRolePolicyCommand({ RoleName, PolicyName: RoleName }),
  (AccessKeyId) => new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }),
  () => new iam.GetAccountSummaryCommand({}),
  () => new iam.ListUsersCommand({}),
  () => new iam.ListGroupsCommand({ Marker: undefined }),
];

const REQUEST_ID = '7a62c49f-347e-4fc4-9331-6e8eEXAMPLE';
const failed = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no &amp; no</Message></Error>` +
  `<RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`;

/** How AWS, or something between, answers; `call` stands for the name of the call. */
const ANSWERS: readonly { status?: number; text?: string; error?: object; minutesAhead?: number }[] = [
  { text: '<callResponse><callResult><IsTruncated>false</IsTruncated></callResult></callResponse>' },
  { text: '<callResponse/>' },
  { text: '' },
  { text: '<html>Welcome</html>' },
  { text: '{"no": "XML"}' },
  { text: '<callResponse><callResult>' },
  ...['Throttling', 'NoSuchEntity', 'AccessDenied', 'LimitExceeded', 'InvalidClientTokenId', 'Surprise'].map(
    (code) => ({ status: 400, text: failed(code) }),
  ),
  { status: 403, text: failed('SignatureDoesNotMatch'), minutesAhead: 10 },
  { status: 404, text: '' },
  { status: 500, text: failed('ServiceFailure') },
  { status: 502, text: '<html>Bad gateway</html>' },
  { status: 503, text: failed('ServiceUnavailable'), minutesAhead: -10 },
  { error: { name: 'TimeoutError', code: 'ECONNRESET' } },
  { error: { name: 'TimeoutError' } },
  { error: { name: 'Error', code: 'ENOTFOUND' } },
];

/** The Regions of the partitions, and those with services of other names. */
const PLACES: readonly Pick<IAMClientConfig, 'region' | 'endpoint' | 'useFipsEndpoint'>[] = [
  ...['us-east-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1'].map(
    (region) => ({ region }),
  ),
  { region: 'us-east-1', useFipsEndpoint: true },
  { region: 'eu-central-1', endpoint: 'http://127.0.0.1:4566' },
  { region: 'eu-central-1', endpoint: 'https://proxy.example.com/some%20where//iam' },
];

const SESSIONS = [
  { accessKeyId: 'ASIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG', sessionToken: 'FwoG=' },
  { accessKeyId: 'ASIAI44QH8DHBEXAMPLE', secretAccessKey: 'je7MtGbClwBF/2Zp9Utk', sessionToken: 'FQoD+/' },
  { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' },
];

interface Case {
  readonly place: (typeof PLACES)[number];
  readonly answers: readonly number[];
  readonly calls: readonly (readonly [call: number, name: string])[];
  readonly session: number;
  /** All calls are sent at once, and the answer to this request waits for the next request. */
  readonly heldBack?: number;
  /** Instead of the session's. */
  readonly credentials?: () => Promise<(typeof SESSIONS)[number]>;
}

/** Sends the calls, one after the other or at once, on a client whose answers are given; they repeat. */
async function play(
  open: (settings: IAMClientConfig) => IAMClient,
  { place, answers, calls, session, heldBack, credentials }: Case,
) {
  const sent: HttpRequest[] = [];
  const handle = async (request: HttpRequest): Promise<{ response: HttpResponse }> => {
    const index = sent.length;
    const answer = ANSWERS[answers[index % answers.length] ?? 0];
    sent.push(HttpRequest.clone(request));
    while (index === heldBack && sent.length < index + 2) await new Promise(setImmediate);
    if (answer?.error) throw Object.assign(new Error('broken'), answer.error);
    const call = new URLSearchParams(String(request.body)).get('Action') ?? '';
    const headers = {
      'x-amzn-requestid': REQUEST_ID,
      date: new Date(NOW.getTime() + (answer?.minutesAhead ?? 0) * MINUTE).toUTCString(),
    };
    const body = Buffer.from((answer?.text ?? '').replaceAll('call', call));
    return { response: new HttpResponse({ statusCode: answer?.status ?? 200, headers, body }) };
  };
  const client = open({
    ...place,
    credentials: credentials ?? (() => Promise.resolve(SESSIONS[session] ?? SESSIONS[0]!)),
    requestHandler: { handle, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) },
    retryStrategy: new ConfiguredRetryStrategy(3, () => 0),
    disableClockSkewCorrection: false,
  });
  const { signal: abortSignal } = new AbortController();
  const send = client.send.bind(client) as (command: object, options: object) => Promise<object>;
  const result = ([call, name]: (typeof calls)[number]): Promise<unknown> =>
    send(CALLS[call]!(name), { abortSignal }).then(
      (output) => ({ output }),
      (error: unknown) => ({ error, entries: Object.entries(error as Error) }),
    );
  const results: unknown[] = heldBack === undefined ? [] : await Promise.all(calls.map(result));
  if (heldBack === undefined) for (const call of calls) results.push(await result(call));
  return { sent, results, client };
}

/** Headers that may differ, and the signature over them. */
const OTHER = new Set(['authorization', 'user-agent', 'x-amz-user-agent']);

function sameOf({ headers, ...request }: HttpRequest) {
  return {
    ...request,
    headers: Object.entries(headers).filter(([name]) => !OTHER.has(name)),
  };
}

const cases = fc.record<Case>({
  place: fc.constantFrom(...PLACES),
  answers: fc.array(fc.nat(ANSWERS.length - 1), { minLength: 1, maxLength: 5 }),
  calls: fc.array(
    fc.tuple(fc.nat(CALLS.length - 1), fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })),
    { minLength: 1, maxLength: 4 },
  ),
  session: fc.nat(SESSIONS.length - 1),
});

const lean = (settings: IAMClientConfig): IAMClient => openIamClient(settings);

// Runs in each `npm test` with the SDK that is installed, so a new version needs no test that notices it.
it('sends what the SDK would, and returns and throws what it would, after as many attempts', async () => {
  vi.spyOn(console, 'warn').mockReturnValue();
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const [stock, own] = [
        await play((settings) => new IAMClient(settings), given),
        await play(lean, given),
      ];
      expect(own.sent.map(sameOf)).toEqual(stock.sent.map(sameOf));
      expect(own.results).toEqual(stock.results);
    }),
    { numRuns: 200 },
  );
});

it.each(CALLS.map((_, call) => ({ call })))('is the same for each answer to call $call', async ({ call }) => {
  vi.spyOn(console, 'warn').mockReturnValue();
  for (const answer of ANSWERS.keys()) {
    const place = PLACES[(call + answer) % PLACES.length]!;
    const given: Case = { place, answers: [answer], calls: [[call, 'ada']], session: answer % 3 };
    const [stock, own] = [await play((settings) => new IAMClient(settings), given), await play(lean, given)];
    expect(own.sent.map(sameOf)).toEqual(stock.sent.map(sameOf));
    expect(own.results).toEqual(stock.results);
  }
});

// A signer must not take a correction that another call made meanwhile for its own.
it('corrects the clock in calls at the same time as the SDK does', async () => {
  const skewed = ANSWERS.findIndex(({ minutesAhead }) => minutesAhead === 10);
  const calls = [0, 0].map((call) => [call, 'ada'] as const);
  const heldBack = 1;
  const given: Case = { place: PLACES[0]!, answers: [skewed, skewed, 0, 0], calls, session: 0, heldBack };
  const [stock, own] = [await play((settings) => new IAMClient(settings), given), await play(lean, given)];
  expect(own.results).toEqual(stock.results);
  expect(own.sent).toHaveLength(4);
});

it('tries to find credentials as often as the SDK, and says what it says', async () => {
  const [ours, theirs] = await Promise.all(
    [lean, (settings: IAMClientConfig) => new IAMClient(settings)].map(async (open) => {
      let times = 0;
      // A time-out: it would be tried again if the request itself had it.
      const credentials = () => {
        times += 1;
        return Promise.reject(Object.assign(new Error('no role'), { name: 'TimeoutError' }));
      };
      const calls = [0, 1, 1].map((call) => [call, 'ada'] as const);
      const { sent, results } = await play(open, {
        ...{ place: PLACES[0]!, answers: [0], calls, session: 0, credentials },
      });
      return { times, sent, results };
    }),
  );
  expect(ours).toEqual(theirs);
  expect(ours).toMatchObject({ times: 3, sent: [] });
});

it('is in place of all the middleware that the SDK has for IAM', () => {
  const { middlewareStack } = new IAMClient({ region: 'us-east-1' });
  const names = middlewareStack.identify().map((name) => /^\w+/.exec(name)?.[0]);
  expect(names).toEqual([
    ...['loggerMiddleware', 'serializerMiddleware', 'contentLengthMiddleware', 'getUserAgentMiddleware'],
    ...['hostHeaderMiddleware', 'recursionDetectionMiddleware', 'retryMiddleware', 'httpSigningMiddleware'],
    'deserializerMiddleware',
  ]);
});

it('signs as the SDK', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { sent } = await play(lean, given);
      const { client: stock } = await play((settings) => new IAMClient(settings), { ...given, calls: [] });
      for (const request of sent) {
        const { authorization, 'x-amz-date': time = '', ...headers } = request.headers;
        const [, signingRegion, signingService] = /\d{8}\/([\w-]+)\/(\w+)\//.exec(authorization ?? '') ?? [];
        const signer = await stock.config.signer(undefined);
        const signingDate = time.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
        const again = await signer.sign(Object.assign(HttpRequest.clone(request), { headers }), {
          signingDate,
          signingRegion: signingRegion!,
          signingService: signingService!,
        });
        expect(authorization).toBe(again.headers['authorization']);
      }
    }),
    { numRuns: 100 },
  );
});

it('signs with the Region and service that the SDK signs for in each partition', async () => {
  const scopes = async (open: (settings: IAMClientConfig) => IAMClient) => {
    const given = { answers: [0], calls: [[0, 'ada']] as const, session: 0 };
    const plays = await Promise.all(PLACES.map((place) => play(open, { ...given, place })));
    return plays.map(({ sent }) => /Credential=\S+/.exec(sent[0]?.headers['authorization'] ?? '')?.[0]);
  };
  expect(await scopes(lean)).toEqual(await scopes((settings) => new IAMClient(settings)));
});

it('derives a key again for a new session and on a new day', async () => {
  let session = SESSIONS[0]!;
  let now = NOW;
  const expiring = () => Promise.resolve({ ...session, expiration: new Date(now.getTime() + 2 * MINUTE) });
  const requests: Record<string, string>[] = [];
  const open = (make: (settings: IAMClientConfig) => IAMClient): IAMClient =>
    make({
      region: 'us-east-1',
      credentials: expiring,
      requestHandler: {
        handle: (request: HttpRequest) => {
          requests.push(request.headers);
          const body = Buffer.from('<ListUsersResponse/>');
          return Promise.resolve({ response: new HttpResponse({ statusCode: 200, body }) });
        },
        updateHttpClientConfig: () => undefined,
        httpHandlerConfigs: () => ({}),
      },
    });
  const client = open(lean);
  const seen: unknown[] = [];
  for (const [index, time] of ['21:00', '21:01', '23:59', '00:01'].entries()) {
    session = SESSIONS[index < 2 ? 0 : 1]!;
    now = new Date(`2026-11-2${index < 3 ? 7 : 8}T${time}:00Z`);
    vi.setSystemTime(now);
    await client.send(new iam.ListUsersCommand({}));
    const { authorization = '', ...headers } = requests.at(-1) ?? {};
    const request = { method: 'POST', protocol: 'https:', hostname: '', path: '/', headers };
    const signer = await new IAMClient({ region: 'us-east-1', credentials: session }).config.signer(
      undefined,
    );
    const body = 'Action=ListUsers&Version=2010-05-08';
    const again = await signer.sign({ ...request, body }, { signingDate: now });
    seen.push(authorization === again.headers['authorization']);
  }
  expect(seen).toEqual([true, true, true, true]);
});

it('tells AWS the SDK and its version, and no more for each call', async () => {
  const given = { place: PLACES[0]!, answers: [0], calls: [[0, 'ada']] as const, session: 0 };
  const agentOf = async (open: (settings: IAMClientConfig) => IAMClient) =>
    (await play(open, given)).sent[0]?.headers['user-agent'] ?? '';
  const stock = await agentOf((settings) => new IAMClient(settings));
  expect((await agentOf(lean)).toLowerCase()).toBe(stock.toLowerCase().replace(/ m\/\S*/, ''));
});

it.each([
  {},
  { AWS_USE_FIPS_ENDPOINT: 'true' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_SDK_UA_APP_ID: 'friday' },
  { AWS_ENDPOINT_URL_IAM: 'http://127.0.0.1:4566/iam' },
  { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
  { AWS_REGION: 'us-gov-west-1' },
  // As Powertools sets it in the Lambda, and with all that a user agent must not have.
  { AWS_SDK_UA_APP_ID: 'PT/NO-OP/2.36.0' },
  { AWS_SDK_UA_APP_ID: 'a#b (c) d/e' },
])('finds in the environment what the SDK finds: %o', async (variables) => {
  for (const [name, value] of Object.entries({ AWS_REGION: 'eu-central-1', ...variables }))
    vi.stubEnv(name, value);
  const session = () => Promise.resolve(SESSIONS[0]!);
  const clients = openClients({ sockets: 1 });
  const sentBy = async (client: IAMClient) => {
    const sent: HttpRequest[] = [];
    Object.assign(client.config.requestHandler, {
      handle: (request: HttpRequest) => Promise.reject(new Error(String(sent.push(request)))),
    });
    await client.send(new iam.ListUsersCommand({})).catch(() => undefined);
    return sent.map((request) => ({
      ...sameOf(request),
      scope: /Credential=\S+/.exec(request.headers['authorization'] ?? '')?.[0],
      app: request.headers['user-agent']?.match(/ app\/.*/)?.[0],
    }));
  };
  const theirs = await sentBy(new IAMClient({ credentials: session }));
  expect(theirs).toHaveLength(1);
  const ours = await sentBy(clients.iam(session));
  // Which keysweep sets.
  const text = (sent: object) => JSON.stringify(sent).replace(/max=\d/, 'max=');
  expect(text(ours)).toBe(text(theirs));
  clients.close();
});

it('is the stock client with KEYSWEEP_STOCK_SDK=1', async () => {
  vi.stubEnv('KEYSWEEP_STOCK_SDK', '1');
  const given = { place: PLACES[0]!, answers: [0], calls: [[0, 'ada']] as const, session: 0 };
  expect((await play(lean, given)).sent[0]?.headers['user-agent']).toContain(' m/');
});
