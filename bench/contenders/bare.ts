import { Agent } from 'node:http';

import type { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import pLimit from 'p-limit';

import type { Contender } from '../contender.ts';
import { bareWidth, CALLS_PER_ACCOUNT, WRITES_AT_ONCE } from '../setting.ts';
import { activeMembers, deactivate, enter, isExempt, keysOf, members, type Key } from './calls.ts';

interface Active {
  readonly keys: readonly Key[];
  readonly exempt: boolean;
}

/**
 * The calls of keysweep's sweep by the SDK's clients alone, as wide: one HTTP handler, and no check,
 * decision, deadline or ledger. What a call costs here is what the SDK costs. Only what Organizations is
 * asked again before the writes is left out: DescribeAccount, and the accounts once more.
 */
export const bare: Contender = async ({ latency }) => {
  const width = bareWidth(latency);
  const httpAgent = new Agent({ keepAlive: true, maxSockets: width * CALLS_PER_ACCOUNT });
  const requestHandler = new NodeHttpHandler({ httpAgent });
  const config = { requestHandler, maxAttempts: 10 };
  const sts = new STSClient(config);
  await pLimit(width).map(await activeMembers(), async (account) => {
    const limit = pLimit(CALLS_PER_ACCOUNT);
    const reading = await enter(sts, account, config);
    const activeKeys = async (iam: IAMClient, user: string): Promise<Active> => {
      const keys = (await keysOf(iam, user)).filter(({ active }) => active);
      return { keys, exempt: keys.length > 0 && (await isExempt(iam, user)) };
    };
    const found = await limit.map(await members(reading), (user) => activeKeys(reading, user));
    if (found.some(({ exempt }) => exempt)) await members(reading);
    const due = found.flatMap(({ keys, exempt }) => (exempt ? [] : keys));
    const again = due.length > 0 ? await enter(sts, account, config) : reading;
    for (let at = 0; at < due.length; at += WRITES_AT_ONCE) {
      const batch = due.slice(at, at + WRITES_AT_ONCE);
      await members(again);
      await limit.map([...new Set(batch.map(({ UserName }) => UserName))], (user) => activeKeys(again, user));
      const writing = await enter(sts, account, config);
      await limit.map(batch, (key) => deactivate(writing, key));
    }
  });
  requestHandler.destroy();
  return { failed: '' };
};
