import { Agent } from 'node:http';

import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import pLimit from 'p-limit';

import type { Contender } from '../contender.ts';
import { bareWidth, CALLS_PER_ACCOUNT } from '../setting.ts';
import { activeMembers, deactivate, enter, isExempt, keysOf, members } from './calls.ts';

/**
 * The calls of keysweep's sweep by the SDK's clients alone, as wide: one HTTP handler, and no check,
 * decision, deadline or ledger. What a call costs here is what the SDK costs.
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
    const due = await limit.map(await members(reading), async (user) => {
      const keys = (await keysOf(reading, user)).filter(({ active }) => active);
      return keys.length === 0 || (await isExempt(reading, user)) ? [] : keys;
    });
    const writing = await enter(sts, account, config);
    await limit.map(due.flat(), (key) => deactivate(writing, key));
  });
  requestHandler.destroy();
  return { failed: '' };
};
