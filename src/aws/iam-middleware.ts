import type { IAMClient } from '@aws-sdk/client-iam';
import { constructStack } from '@smithy/core/client';
import { getEndpointFromInstructions, toEndpointV1 } from '@smithy/core/endpoints';
import type { HttpRequest, HttpResponse } from '@smithy/core/protocols';
import { getSchemaSerdePlugin, operation } from '@smithy/core/schema';
import { getSmithyContext } from '@smithy/core/transport';
import type {
  $ClientProtocol,
  $OperationSchema,
  AuthScheme,
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  MetadataBearer,
  MiddlewareStack,
  SerializeMiddleware,
  StaticOperationSchema,
} from '@smithy/types';

/** A client's settings. */
export type Resolved = IAMClient['config'];
export type Stack = MiddlewareStack<object, MetadataBearer>;
type Supplier = Parameters<typeof getEndpointFromInstructions>[1];

/** Of a call. */
export interface Options {
  readonly abortSignal?: AbortSignal;
}

/** Endpoint and user agent are those of the client: of IAM's endpoints, none depends on the call. */
export function serialize(config: Resolved): SerializeMiddleware<object, MetadataBearer> {
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

/** As the SDK's of this name, for the one way to sign that IAM has. */
export function sign(config: Resolved): FinalizeRequestMiddleware<object, MetadataBearer> {
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
export function deserialize(config: Resolved): DeserializeMiddleware<object, MetadataBearer> {
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

/** The SDK's, without the list of features that the call uses. */
async function userAgentOf({ defaultUserAgentProvider, userAgentAppId }: Resolved): Promise<string> {
  const [parts, app] = await Promise.all([defaultUserAgentProvider(), userAgentAppId()]);
  return [...parts, ...(app ? [['app', app] as const] : [])]
    .map(([name, version]) => [
      name.replace(/[^!$%&'*+\-.^_`|~\w/]/g, '-'),
      version?.replace(/[^!$%&'*+\-.^_`|~\w#]/g, '-'),
    ])
    .map(([name = '', version]) => (version ? `${name}${name.includes('/') ? '#' : '/'}${version}` : name))
    .join(' ');
}

/** The deserializer copies the configuration in each call. */
const OF_DESERIALIZER =
  'protocol streamCollector utf8Encoder utf8Decoder base64Encoder base64Decoder disableHostPrefix';

function pick(config: Resolved, names: string): Resolved {
  const entries = names.split(' ').map((name) => [name, config[name as keyof Resolved]] as const);
  return Object.fromEntries(entries) as unknown as Resolved;
}
