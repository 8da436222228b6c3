import { env } from 'node:process';

import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { constructStack } from '@smithy/core/client';
import { getEndpointFromInstructions, toEndpointV1 } from '@smithy/core/endpoints';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { INVOCATION_ID_HEADER, REQUEST_HEADER, retryMiddleware } from '@smithy/core/retry';
import { getSchemaSerdePlugin, operation } from '@smithy/core/schema';
import { v4 } from '@smithy/core/serde';
import { getSmithyContext } from '@smithy/core/transport';
import type {
  $ClientProtocol,
  $OperationSchema,
  AuthScheme,
  Command,
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  Handler,
  HandlerExecutionContext,
  MetadataBearer,
  MiddlewareStack,
  RetryStrategyV2,
  SerializeMiddleware,
  StaticOperationSchema,
} from '@smithy/types';

import { sessionSigner } from './session-signer.ts';

type Resolved = IAMClient['config'];
type Stack = MiddlewareStack<object, MetadataBearer>;
type CallHandler = Handler<object, MetadataBearer>;
type Supplier = Parameters<typeof getEndpointFromInstructions>[1];
interface Call extends Command<object, object, MetadataBearer, MetadataBearer, Resolved> {
  readonly schema: StaticOperationSchema;
}
interface Options {
  readonly abortSignal?: AbortSignal;
}

/** To measure what {@link openIamClient} saves, and to rule it out as a cause. */
const isStockSdk = (): boolean => env['KEYSWEEP_STOCK_SDK'] === '1';

/**
 * The SDK's client, with all that does not depend on the call done once and not in each; nearly all calls of
 * a sweep go to IAM. Protocol, errors, retries, correction of the clock and HTTP handler are the SDK's.
 * Requests but for the user agent, results, errors and attempts are the same: test/aws/stock-sdk.test.ts. Of
 * the options of a call it knows the signal. As with the SDK's `cacheMiddleware`, add middleware before the
 * first call.
 */
export function openIamClient(settings: IAMClientConfig): IAMClient {
  if (isStockSdk()) return new IAMClient(settings);
  const client: IAMClient = new IAMClient({ ...settings, signer: sessionSigner(() => client.config) });
  const { config } = client;
  const stack: Stack = constructStack();
  stack.add(serialize(config), { name: 'serializerMiddleware', step: 'serialize' });
  stack.add(retry(config), { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high' });
  stack.add(sign(config), { name: 'httpSigningMiddleware', step: 'finalizeRequest' });
  stack.add(deserialize(config), { name: 'deserializerMiddleware', step: 'deserialize' });
  return Object.assign(client, { middlewareStack: stack, send: sendThrough(stack, config) });
}

/** Puts the middleware of each kind of call together once for each signal, of which a sweep has few. */
function sendThrough(stack: Stack, { requestHandler, logger }: Resolved) {
  const handlers = new WeakMap<object, Map<unknown, CallHandler>>();
  const handlerOf = (command: Call, options: Options): CallHandler => {
    const { constructor: supplier, schema } = command;
    const context = { clientName: 'IAMClient', commandName: `${schema[2]}Command`, logger, supplier };
    return stack.resolve<object, MetadataBearer>(
      ({ request }) => requestHandler.handle(request as HttpRequest, options),
      { ...context, __smithy_context: { operationSchema: schema, ...options } },
    );
  };
  return async (command: Call, { abortSignal }: Options = {}): Promise<object> => {
    const known = handlers.get(abortSignal ?? stack) ?? new Map<unknown, CallHandler>();
    const handler = known.get(command.constructor) ?? handlerOf(command, abortSignal ? { abortSignal } : {});
    handlers.set(abortSignal ?? stack, known.set(command.constructor, handler));
    const { output } = await handler({ input: command.input });
    return output;
  };
}

/** Endpoint and user agent are those of the client: of IAM's endpoints, none depends on the call. */
function serialize(config: Resolved): SerializeMiddleware<object, MetadataBearer> {
  const { protocol } = config as { readonly protocol: $ClientProtocol<HttpRequest, unknown> };
  const prepare = async (supplier: Supplier) => {
    const endpointV2 = await getEndpointFromInstructions({}, supplier, { ...config });
    const endpoint = toEndpointV1(endpointV2);
    const host = endpoint.hostname + (endpoint.port === undefined ? '' : `:${endpoint.port}`);
    const serde = { ...config, endpoint: () => Promise.resolve(endpoint) };
    return { endpointV2, serde, headers: { 'user-agent': await userAgentOf(config), host } };
  };
  let prepared: Awaited<ReturnType<typeof prepare>> | undefined;
  return (next, context) => {
    const schema = operationOf(context);
    return async (args) => {
      // Here, too, because what fails when the request is signed is tried again.
      await config.credentials();
      prepared ??= await prepare(context['supplier'] as Supplier);
      context.endpointV2 = prepared.endpointV2;
      const request = await protocol.serializeRequest(schema, args.input, prepared.serde);
      request.headers['content-length'] = String(Buffer.byteLength(request.body as string));
      Object.assign(request.headers, prepared.headers);
      return next({ ...args, request });
    };
  };
}

/** A call that succeeds at once takes and returns a token; when it fails, the SDK goes on. */
function retry(config: Resolved): FinalizeRequestMiddleware<object, MetadataBearer> {
  return (next, context) => {
    const { abortSignal } = getSmithyContext(context) as Options;
    return async (args) => {
      const strategy = (await config.retryStrategy()) as RetryStrategyV2;
      const token = await orAborted(strategy.acquireInitialRetryToken(''), abortSignal);
      const { headers } = args.request as HttpRequest;
      const id = v4();
      headers[INVOCATION_ID_HEADER] = id;
      headers[REQUEST_HEADER] = `attempt=1; max=${await config.maxAttempts()}`;
      try {
        const result = await next(args);
        strategy.recordSuccess(token);
        Object.assign(result.output.$metadata, { attempts: 1, totalRetryDelay: 0 });
        return result;
      } catch (error) {
        let attempts = 0;
        const goOn: typeof next = async (again) => {
          attempts += 1;
          headers[INVOCATION_ID_HEADER] = id;
          if (attempts === 1) throw error;
          return next(again);
        };
        const acquireInitialRetryToken = { value: () => Promise.resolve(token) };
        const going = Object.create(strategy, { acquireInitialRetryToken }) as RetryStrategyV2;
        const retrying = retryMiddleware({ ...config, retryStrategy: () => Promise.resolve(going) });
        return (retrying(goOn, context) as typeof next)(args);
      }
    };
  };
}

/** As the SDK's of this name, for the one way to sign that IAM has. */
function sign(config: Resolved): FinalizeRequestMiddleware<object, MetadataBearer> {
  const signer = config.httpAuthSchemes.find(({ schemeId }) => schemeId === 'aws.auth#sigv4')?.signer;
  if (!signer) throw new TypeError('The SDK has no signer for IAM.');
  return (next, context) => async (args) => {
    const { authSchemes = [] } = (context.endpointV2?.properties ?? {}) as { authSchemes?: AuthScheme[] };
    const { signingRegion, signingName } = authSchemes[0] ?? {};
    // The signer notes in it when this attempt was sent.
    const properties = { config, context, signingRegion, signingName };
    const request = await signer.sign(args.request as HttpRequest, {}, properties);
    const result = await next({ ...args, request }).catch(signer.errorHandler?.(properties));
    signer.successHandler?.(result.response, properties);
    return result;
  };
}

/** What was read to its end and is no error; the SDK copies the configuration for each call. */
function deserialize(config: Resolved): DeserializeMiddleware<object, MetadataBearer> {
  const { protocol } = config as { readonly protocol: $ClientProtocol<unknown, HttpResponse> };
  const settings = pick(config, OF_DESERIALIZER);
  protocol.setSerdeContext(settings);
  return (next, context) => {
    const schema = operationOf(context);
    const serde = { ...settings, ...context };
    return async (args) => {
      const response = (await next(args)).response as HttpResponse;
      if (response.body instanceof Uint8Array) {
        try {
          return { response, output: await protocol.deserializeResponse(schema, serde, response) };
        } catch {
          // The SDK says more of it.
        }
      }
      const sdk: Stack = constructStack();
      sdk.use(getSchemaSerdePlugin(settings));
      sdk.remove('serializerMiddleware');
      return sdk.resolve(() => Promise.resolve({ response }), context)(args);
    };
  };
}

function operationOf(context: HandlerExecutionContext): $OperationSchema {
  const { operationSchema } = getSmithyContext(context) as { operationSchema: StaticOperationSchema };
  const [, namespace, name, traits, input, output] = operationSchema;
  return operation(namespace, name, traits, input, output) as $OperationSchema;
}

/** As the SDK does while it waits for a token. */
function orAborted<Answer>(waiting: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  if (!signal) return waiting;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void waiting.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The SDK's, without the list of features that the call uses. */
async function userAgentOf({ defaultUserAgentProvider, userAgentAppId }: Resolved): Promise<string> {
  const [parts, app] = await Promise.all([defaultUserAgentProvider(), userAgentAppId()]);
  return [...parts, ...(app ? [['app', app] as const] : [])]
    .map(([name, version]) => (version ? `${name}${name.includes('/') ? '#' : '/'}${version}` : name))
    .map((part) => part.replace(/[^!$%&'*+\-.^_`|~\w#/]/g, '-'))
    .join(' ');
}

/** The deserializer copies the configuration in each call. */
const OF_DESERIALIZER =
  'protocol streamCollector utf8Encoder utf8Decoder base64Encoder base64Decoder disableHostPrefix';

function pick(config: Resolved, names: string): Resolved {
  const entries = names.split(' ').map((name) => [name, config[name as keyof Resolved]] as const);
  return Object.fromEntries(entries) as unknown as Resolved;
}
