import { Readable } from 'node:stream';

import {
  GetGroupCommand,
  IAMClient,
  ListAccessKeysCommand,
  NoSuchEntityException,
  type IAMClientConfig,
} from '@aws-sdk/client-iam';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { ConfiguredRetryStrategy, INITIAL_RETRY_TOKENS, StandardRetryStrategy } from '@smithy/core/retry';
import type { RetryStrategyV2, RetryToken, StandardRetryToken } from '@smithy/types';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { openIamClient } from '../../src/aws/iam-client.ts';
import { countRequests } from '../../src/aws/request-counter.ts';

/** Answers the call for a user or group, or with the code of an error. */
type Answer = (name: string) => Promise<{ readonly code?: string }>;

const OK: Answer = () => Promise.resolve({});
const NEVER: Answer = () => new Promise(() => undefined);

function body(call: string, name: string, code: string | undefined): string {
  if (code !== undefined) return `<ErrorResponse><Error><Code>${code}</Code></Error></ErrorResponse>`;
  const found =
    call === 'GetGroup'
      ? `<Group><GroupName>${name}</GroupName></Group>`
      : `<AccessKeyMetadata><member><UserName>${name}</UserName></member></AccessKeyMetadata>`;
  return `<${call}Response><${call}Result>${found}</${call}Result></${call}Response>`;
}

type Open = (settings: IAMClientConfig) => IAMClient;
const stock: Open = (settings) => new IAMClient(settings);

/** Ends on its signal, as the SDK's HTTP handler; `sent` lists the calls, `ids` their invocation IDs. */
function answeringBy(open: Open, answer: Answer, wait: (attempt: number) => number = () => 1) {
  const sent: string[] = [];
  const ids: (string | undefined)[] = [];
  const handle = async (
    request: HttpRequest,
    { abortSignal: signal }: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<{ response: HttpResponse }> => {
    signal?.throwIfAborted();
    const parameters = new URLSearchParams(request.body as string);
    const call = parameters.get('Action') ?? '';
    const name = parameters.get('UserName') ?? parameters.get('GroupName') ?? '';
    sent.push(`${call} ${name}`);
    ids.push(request.headers['amz-sdk-invocation-id']);
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const { code } = await Promise.race([answer(name), aborted]);
    const statusCode = code === undefined ? 200 : 400;
    return { response: new HttpResponse({ statusCode, body: Readable.from([body(call, name, code)]) }) };
  };
  const client = open({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    requestHandler: { handle, updateHttpClientConfig: () => undefined, httpHandlerConfigs: () => ({}) },
    retryStrategy: new ConfiguredRetryStrategy(3, wait),
  });
  return { client, sent, ids };
}

/** What a client asks its retry strategy, with the tokens that it got before. */
function askedOf(client: IAMClient): string[] {
  const asked: string[] = [];
  const strategy = new ConfiguredRetryStrategy(3, () => 1);
  const tokens: RetryToken[] = [];
  const named = (token: RetryToken): number => tokens.indexOf(token);
  const keep = (token: RetryToken): RetryToken => {
    tokens.push(token);
    return token;
  };
  const spy: RetryStrategyV2 = {
    acquireInitialRetryToken: async (scope) => {
      asked.push(`first token for '${scope}'`);
      return keep(await strategy.acquireInitialRetryToken(scope));
    },
    refreshRetryTokenForRetry: async (token, info) => {
      asked.push(`token after ${named(token)}, ${info.errorType}`);
      return keep(await strategy.refreshRetryTokenForRetry(token as StandardRetryToken, info));
    },
    recordSuccess: (token) => {
      asked.push(`success with ${named(token)}`);
      strategy.recordSuccess(token as StandardRetryToken);
    },
  };
  client.config.retryStrategy = () => Promise.resolve(spy);
  return asked;
}

const keysOf = (UserName: string): ListAccessKeysCommand => new ListAccessKeysCommand({ UserName });
const found = (...userNames: readonly string[]) => ({
  AccessKeyMetadata: userNames.map((UserName) => ({ UserName })),
});
const failure = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe.each<[string, Open]>([
  ["the SDK's client", stock],
  ["keysweep's", openIamClient],
])('%s', (_, open) => {
  it('sends each call with its own input, and returns its own answer', async () => {
    const { client, sent } = answeringBy(open, OK);
    const { signal: abortSignal } = new AbortController();
    for (const userName of ['ada', 'bob', 'ada']) {
      expect(await client.send(keysOf(userName), { abortSignal })).toMatchObject({
        ...found(userName),
        $metadata: { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 },
      });
    }
    const group = await client.send(new GetGroupCommand({ GroupName: 'Developers' }), { abortSignal });
    expect(group).toMatchObject({ Group: { GroupName: 'Developers' } });
    expect(sent).toEqual([
      'ListAccessKeys ada',
      'ListAccessKeys bob',
      'ListAccessKeys ada',
      'GetGroup Developers',
    ]);
  });

  it.each<[string, object | undefined]>([
    ['no options', undefined],
    ['no signal', {}],
  ])('sends a call with %s', async (__, options) => {
    const { client, sent } = answeringBy(open, OK);
    for (const userName of ['ada', 'bob']) {
      expect(await client.send(keysOf(userName), options)).toMatchObject(found(userName));
    }
    expect(sent).toEqual(['ListAccessKeys ada', 'ListAccessKeys bob']);
  });

  it('retries a throttled call, and earlier middleware sees every attempt', async () => {
    const codes = ['Throttling', 'Throttling'];
    const { client, sent } = answeringBy(open, () =>
      Promise.resolve({ ...(codes[0] && { code: codes.shift()! }) }),
    );
    const requests = countRequests();
    requests.countSent(client.config.requestHandler);
    requests.countThrottled(client);
    const { signal: abortSignal } = new AbortController();
    const answer = await client.send(keysOf('ada'), { abortSignal });
    expect(answer).toMatchObject({ ...found('ada'), $metadata: { attempts: 3, totalRetryDelay: 2 } });
    expect(sent).toEqual(Array.from({ length: 3 }, () => 'ListAccessKeys ada'));
    expect(requests.total()).toEqual({ calls: 3, throttles: 2 });
    await client.send(keysOf('bob'), { abortSignal });
    expect(requests.total()).toEqual({ calls: 4, throttles: 2 });
  });

  it('asks the retry strategy once for each attempt, and returns its last token', async () => {
    const codes = ['Throttling', 'RequestTimeout'];
    const { client } = answeringBy(open, (name) =>
      Promise.resolve({
        ...(name === 'eve' ? { code: 'Throttling' } : codes[0] && { code: codes.shift()! }),
      }),
    );
    const asked = askedOf(client);
    for (const userName of ['ada', 'bob']) await client.send(keysOf(userName));
    await failure(client.send(keysOf('eve')));
    expect(asked).toEqual([
      ...["first token for ''", 'token after 0, THROTTLING', 'token after 1, TRANSIENT', 'success with 2'],
      ...["first token for ''", 'success with 3'],
      ...["first token for ''", 'token after 4, THROTTLING', 'token after 5, THROTTLING'],
      'token after 6, THROTTLING',
    ]);
  });

  it('takes from the capacity of the strategy what each retry costs', async () => {
    const { client } = answeringBy(open, () => Promise.resolve({ code: 'Throttling' }));
    const strategy = new StandardRetryStrategy(2);
    client.config.retryStrategy = () => Promise.resolve(strategy);
    for (const userName of ['ada', 'bob']) await failure(client.send(keysOf(userName)));
    expect(strategy.getCapacity()).toBeLessThan(INITIAL_RETRY_TOKENS);
  });

  it('names each call to AWS, and all attempts at it alike', async () => {
    const codes = ['Throttling', 'Throttling'];
    const { client, ids } = answeringBy(open, () =>
      Promise.resolve({ ...(codes[0] && { code: codes.shift()! }) }),
    );
    for (const userName of ['ada', 'bob']) await client.send(keysOf(userName));
    expect(ids.map((id) => ids.indexOf(id))).toEqual([0, 0, 0, 3]);
    expect(ids).not.toContain(undefined);
  });

  it('returns the error of AWS, and sends the next call', async () => {
    const { client } = answeringBy(open, (userName) =>
      Promise.resolve({ ...(userName === 'ada' && { code: 'NoSuchEntity' }) }),
    );
    const { signal: abortSignal } = new AbortController();
    await expect(client.send(keysOf('ada'), { abortSignal })).rejects.toBeInstanceOf(NoSuchEntityException);
    expect(await client.send(keysOf('bob'), { abortSignal })).toMatchObject(found('bob'));
  });

  it('aborts a call that waits for its next attempt', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const ending = new AbortController();
    const { client, sent } = answeringBy(
      open,
      () => Promise.resolve({ code: 'Throttling' }),
      () => {
        setImmediate(() => ending.abort());
        return 60_000;
      },
    );
    expect(await failure(client.send(keysOf('ada'), { abortSignal: ending.signal }))).toMatchObject({
      name: 'AbortError',
    });
    expect(sent).toEqual(['ListAccessKeys ada']);
  });

  it('aborts a call that waits for its turn', async () => {
    const ending = new AbortController();
    const { client, sent } = answeringBy(open, OK);
    const strategy = new ConfiguredRetryStrategy(3);
    strategy.acquireInitialRetryToken = () => new Promise(() => undefined);
    client.config.retryStrategy = () => Promise.resolve(strategy);
    setImmediate(() => ending.abort());
    expect(await failure(client.send(keysOf('ada'), { abortSignal: ending.signal }))).toMatchObject({
      name: 'AbortError',
    });
    expect(sent).toEqual([]);
  });

  it('aborts a call in flight, and sends none after it', async () => {
    const ending = new AbortController();
    const { client, sent } = answeringBy(open, () => {
      setImmediate(() => ending.abort());
      return NEVER('');
    });
    for (const userName of ['ada', 'bob']) {
      expect(await failure(client.send(keysOf(userName), { abortSignal: ending.signal }))).toMatchObject({
        name: 'AbortError',
      });
    }
    expect(sent).toEqual(['ListAccessKeys ada']);
  });

  it('aborts only the calls with the aborted signal', async () => {
    const [ending, other] = [new AbortController(), new AbortController()];
    let answerRest = (): void => undefined;
    const rest = new Promise<object>((resolve) => {
      answerRest = () => resolve({});
    });
    const { client, sent } = answeringBy(open, (userName) => (userName === 'ada' ? NEVER('') : rest));
    const ada = failure(client.send(keysOf('ada'), { abortSignal: ending.signal }));
    const bob = client.send(keysOf('bob'), { abortSignal: other.signal });
    const eve = client.send(keysOf('eve'));
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    ending.abort();
    expect(await ada).toMatchObject({ name: 'AbortError' });
    answerRest();
    expect(await Promise.all([bob, eve])).toMatchObject([found('bob'), found('eve')]);
    expect(await client.send(keysOf('zoe'), { abortSignal: other.signal })).toMatchObject(found('zoe'));
  });

  it('does not mix up concurrent calls that are answered in reverse order', async () => {
    const users = ['ada', 'bob', 'eve', 'ida', 'zoe'];
    const refused = new Set(['bob', 'ida']);
    const waiting: (() => void)[] = [];
    const { client, sent } = answeringBy(open, (userName) => {
      // Refused once, so that attempts of some mix with those of others.
      if (refused.delete(userName)) return Promise.resolve({ code: 'Throttling' });
      return new Promise((resolve) => waiting.push(() => resolve({})));
    });
    const { signal: abortSignal } = new AbortController();
    const calls = users.map((userName) => client.send(keysOf(userName), { abortSignal }));
    await vi.waitFor(() => expect(waiting).toHaveLength(users.length));
    for (const answer of waiting.reverse()) answer();
    expect(await Promise.all(calls)).toMatchObject(
      users.map((userName) => ({
        ...found(userName),
        $metadata: { attempts: ['bob', 'ida'].includes(userName) ? 2 : 1 },
      })),
    );
    expect(sent).toHaveLength(users.length + 2);
  });
});

it.each<[string, Open, number]>([
  ["for every call by the SDK's client", stock, 5],
  ["once for each kind of call and each signal by keysweep's", openIamClient, 3],
])('middleware is put together %s', async (_, open, expected) => {
  const { client } = answeringBy(open, OK);
  let times = 0;
  client.middlewareStack.add(
    (next) => {
      times += 1;
      return next;
    },
    { name: 'countTimes', step: 'build' },
  );
  const [one, other] = [new AbortController().signal, new AbortController().signal];
  for (const userName of ['ada', 'bob', 'eve']) await client.send(keysOf(userName), { abortSignal: one });
  await client.send(new GetGroupCommand({ GroupName: 'Developers' }), { abortSignal: one });
  await client.send(keysOf('ada'), { abortSignal: other });
  expect(times).toBe(expected);
});
