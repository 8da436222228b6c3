import { env } from 'node:process';

import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam';
import { HttpRequest } from '@smithy/core/protocols';
import { getSchemaSerdePlugin } from '@smithy/core/schema';

import { sessionSigner } from './session-signer.ts';

type Resolved = IAMClient['config'];

/** To measure what {@link openIamClient} saves, and to rule it out as a cause. */
export const isStockSdk = (): boolean => env['KEYSWEEP_STOCK_SDK'] === '1';

/**
 * The SDK's client with less work in each call, by what the SDK lets one replace; nearly all calls of a sweep
 * go to IAM. Requests but for the user agent, responses, errors and retries are the same:
 * test/aws/stock-sdk.test.ts.
 */
export function openIamClient(settings: IAMClientConfig): IAMClient {
  if (isStockSdk()) return new IAMClient(settings);
  const client: IAMClient = new IAMClient({ ...settings, signer: sessionSigner(() => client.config) });
  const { middlewareStack, config } = client;
  for (const name of PER_CALL) middlewareStack.remove(name);
  let userAgent: Promise<string> | undefined;
  middlewareStack.add(
    (next) => async (call) => {
      if (HttpRequest.isInstance(call.request))
        call.request.headers['user-agent'] = await (userAgent ??= userAgentOf(config));
      return next(call);
    },
    { name: 'setUserAgent', step: 'build' },
  );
  middlewareStack.use(getSchemaSerdePlugin(pick(config, OF_SERIALIZER)));
  return client;
}

/** They find out the user agent anew, look for a trace of Lambda, and log nowhere. */
const PER_CALL = ['getUserAgentMiddleware', 'recursionDetectionMiddleware', 'loggerMiddleware'];

/** The SDK's, without the list of features that the call uses. */
async function userAgentOf({ defaultUserAgentProvider, userAgentAppId }: Resolved): Promise<string> {
  const [parts, app] = await Promise.all([defaultUserAgentProvider(), userAgentAppId()]);
  return [...parts, ...(app ? [['app', app] as const] : [])]
    .map(([name, version]) => (version ? `${name}${name.includes('/') ? '#' : '/'}${version}` : name))
    .map((part) => part.replace(/[^!$%&'*+\-.^_`|~\w#/]/g, '-'))
    .join(' ');
}

const OF_SERIALIZER =
  'protocol streamCollector utf8Encoder utf8Decoder base64Encoder base64Decoder disableHostPrefix';

const OF_ENDPOINT =
  'serviceId region useFipsEndpoint useDualstackEndpoint endpoint isCustomEndpoint requestHandler logger ' +
  'ignoreConfiguredEndpointUrls serviceConfiguredEndpoint endpointProvider';

/** What the middleware of a command needs of the configuration: it copies it for each call. */
export function endpointSettings(config: Resolved): Resolved {
  return isStockSdk() ? config : pick(config, OF_ENDPOINT);
}

function pick(config: Resolved, names: string): Resolved {
  const entries = names.split(' ').map((name) => [name, config[name as keyof Resolved]] as const);
  return Object.fromEntries(entries) as unknown as Resolved;
}
