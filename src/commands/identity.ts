import type { STSClientConfig } from '@aws-sdk/client-sts';
import type { FromIniInit } from '@aws-sdk/credential-provider-ini';
import type { DefaultProviderInit } from '@aws-sdk/credential-provider-node';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';

import { CredentialsError } from '../aws/errors.ts';
import { askMfaCode } from './mfa-code.ts';
import { checkProfiles, hasSource, refusedBy } from './profiles.ts';
import type { Terminal } from './terminal.ts';

/** Of the caller, one for all clients of a command. */
export interface Identity {
  readonly credentials: AwsCredentialIdentityProvider;
  /** Of AWS_REGION or the profile. */
  readonly region: () => Promise<string>;
}

/** Reads and asks nothing before the first call to AWS, for which it loads the SDK. */
export function openIdentity(terminal: Pick<Terminal, 'say' | 'interactive'>): Identity {
  const askCode = askMfaCode(terminal);
  const find = async (properties: Properties) => findCredentials(askCode, properties);
  let memoized: AwsCredentialIdentityProvider | undefined;
  let signedIn = false;
  return {
    credentials: async (properties) => {
      const { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } =
        await import('@smithy/core');
      memoized ??= memoizeIdentityProvider(find, isIdentityExpired, doesIdentityRequireRefresh);
      const found = await memoized?.(properties).catch((error: unknown) => {
        throw signedIn && error instanceof CredentialsError ? laterError(error) : error;
      });
      signedIn = true;
      return found as AwsCredentialIdentity;
    },
    region: async () => {
      await checkProfiles();
      const { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } =
        await import('@smithy/core/config');
      return loadConfig(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS)();
    },
  };
}

type Properties = Parameters<AwsCredentialIdentityProvider>[0];
type AskCode = ReturnType<typeof askMfaCode>;

/** After a profile that has credentials of its own, the SDK's chain would try those of the machine. */
async function findCredentials(askCode: AskCode, properties: Properties): Promise<AwsCredentialIdentity> {
  const profiles = await checkProfiles();
  const init = lentBy(properties);
  if (!profiles.some(hasSource)) {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    return defaultProvider(init)(properties);
  }
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  const assuming = await assumeWithCode(askCode, properties, profiles[0]?.settings['region']);
  return fromIni({ ...init, ...assuming })(properties).catch((error: unknown) => {
    throw refusedBy(profiles, error) ?? error;
  });
}

/**
 * The SDK asks for the code while it still waits for the credentials of `source_profile`: if these fail
 * before it is typed, nothing handles that, and Node.js ends the process.
 */
async function assumeWithCode(
  askCode: AskCode,
  properties: Properties,
  region: string | undefined,
): Promise<Pick<FromIniInit, 'mfaCodeProvider' | 'roleAssumer'>> {
  const { getDefaultRoleAssumer } = await import('@aws-sdk/client-sts');
  const caller = properties?.['callerClientConfig'] as object | undefined;
  const assumeRole = getDefaultRoleAssumer({ parentClientConfig: { ...caller, ...(region && { region }) } });
  return {
    mfaCodeProvider: () => Promise.resolve('asked for below'),
    roleAssumer: async (source, { SerialNumber: device, ...role }) =>
      assumeRole(source, {
        ...role,
        ...(device !== undefined && { SerialNumber: device, TokenCode: await askCode(device) }),
      }),
  };
}

/** The client that asks lends its HTTP handler, which knows the proxy. */
function lentBy(properties: Properties): Pick<DefaultProviderInit, 'clientConfig'> {
  const client = properties?.['callerClientConfig'] as Pick<STSClientConfig, 'requestHandler'> | undefined;
  return client?.requestHandler ? { clientConfig: { requestHandler: client.requestHandler } } : {};
}

/** A {@link CredentialsError} says that nothing was done. */
function laterError({ name, message, cause }: CredentialsError): Error {
  return Object.assign(new Error(message, { cause }), { name });
}
