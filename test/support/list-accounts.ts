import type { OrganizationsClient } from '@aws-sdk/client-organizations';

import type { ListedAccount } from '../../src/organization/account.ts';
import type { Organization } from '../../src/organization/describe.ts';
import { listAccountPages } from '../../src/organization/list-accounts.ts';

/** The pages in one list. */
export async function listAccounts(
  client: OrganizationsClient,
  organization: Organization,
  signal: AbortSignal,
): Promise<readonly ListedAccount[]> {
  const accounts: ListedAccount[] = [];
  for await (const page of listAccountPages(client, organization, signal)) accounts.push(...page);
  return accounts;
}
