import type { IAMClient } from '@aws-sdk/client-iam';

import { userTags } from '../../aws/iam/user-facts.ts';
import type { Contact } from '../../ledger/record.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import type { RunContext } from '../run-context.ts';

/**
 * How to reach a user whose keys are due. Only a notice run asks, and only where accounts.json says which tag holds the address.
 * @returns none for a user without the tag
 * @throws CallFailedError
 */
export async function contact(
  iam: IAMClient,
  userName: string,
  decisions: readonly KeyDecision[],
  { noticeFor, config, deadline }: RunContext,
): Promise<Contact[]> {
  const { mail } = config.notices;
  if (noticeFor === undefined || !mail || decisions.every(({ action }) => action === 'keep')) return [];
  const address = (await userTags(iam, userName, deadline.reading)).get(mail.userTag);
  return address === undefined ? [] : [{ userName, address }];
}
