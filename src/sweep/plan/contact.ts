import type { IAMClient } from '@aws-sdk/client-iam';

import { userTags } from '../../aws/iam/user-facts.ts';
import type { Contact } from '../../ledger/record.ts';
import type { KeyDecision } from '../../rules/decision.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Reads the mail address of a user with due keys, only in a notice run and if accounts.json names the tag.
 * @returns at most one
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
