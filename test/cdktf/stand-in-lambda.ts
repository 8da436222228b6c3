import pLimit from 'p-limit';
import { IAMClient } from '@aws-sdk/client-iam';

/** As small as a handler can be that needs a package that is an ES module and the SDK. */
export async function handler(event: {
  readonly region: string;
}): Promise<{ region: string; answer: number }> {
  const client = new IAMClient({ region: event.region });
  const answer = await pLimit(1)(() => Promise.resolve(42));
  return { region: await client.config.region(), answer };
}
