import pLimit from 'p-limit';
import { IAMClient } from '@aws-sdk/client-iam';

/** A minimal handler that needs an ES module package and the SDK. */
export async function handler(event: {
  readonly region: string;
}): Promise<{ region: string; answer: number }> {
  const client = new IAMClient({ region: event.region });
  const answer = await pLimit(1)(() => Promise.resolve(42));
  return { region: await client.config.region(), answer };
}
