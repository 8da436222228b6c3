import { STSClient } from '@aws-sdk/client-sts';

import type { Contender } from '../contender.ts';
import { activeMembers, deactivate, enter, isExempt, keysOf, members } from './calls.ts';

/** A plain loop: one call after the other, in one session, and nothing is read again before a write. */
export const sequential: Contender = async () => {
  const sts = new STSClient({});
  for (const account of await activeMembers()) {
    const iam = await enter(sts, account, {});
    for (const user of await members(iam)) {
      const keys = (await keysOf(iam, user)).filter(({ active }) => active);
      if (keys.length > 0 && !(await isExempt(iam, user))) for (const key of keys) await deactivate(iam, key);
    }
  }
  return { failed: '' };
};
