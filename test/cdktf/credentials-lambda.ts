import { defaultProvider } from '@aws-sdk/credential-provider-node';

/** Bundled as the rotator is, to see where a Lambda finds its credentials. */
export async function handler(): Promise<string> {
  const { accessKeyId } = await defaultProvider()();
  return accessKeyId;
}
