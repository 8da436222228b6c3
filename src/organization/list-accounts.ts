import { paginateListAccounts, type Account, type OrganizationsClient } from '@aws-sdk/client-organizations';

import { invalidResponse } from '../aws/calling.ts';
import { byNextToken, completeList } from '../aws/complete-list.ts';
import type { ListedAccount } from './account.ts';
import type { Organization } from './describe.ts';

const CALL = 'organizations:ListAccounts';

/**
 * Every account of the organization, page by page, so that planning can begin early. What a page says of an
 * account counts; who is missing, and whether all is known, only the last page tells. A list without the
 * management account is incomplete: AWS may send an empty one to an account without delegation.
 * @throws CallFailedError when a page fails, an account has no ID, is listed twice or belongs to another
 *   organization, or when the list is incomplete
 */
export async function* listAccountPages(
  client: OrganizationsClient,
  organization: Organization,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedAccount[]> {
  const { managementAccountId } = organization;
  const seen = new Set<string>();
  const pages = paginateListAccounts({ client, pageSize: 20 }, {}, { abortSignal: signal });
  for await (const page of completeList(CALL, pages, byNextToken)) {
    if (!page.Accounts) throw invalidResponse(CALL, 'IncompleteAnswer', 'a page has no list of accounts');
    const accounts = page.Accounts.map((listed) => listedAccount(listed, organization));
    for (const { id } of accounts) {
      if (seen.has(id)) throw invalidResponse(CALL, 'AccountListedTwice', `account ${id} is listed twice`);
      seen.add(id);
    }
    yield accounts;
  }
  if (!seen.has(managementAccountId)) {
    throw invalidResponse(
      CALL,
      'IncompleteList',
      `the list has ${seen.size} accounts, without the management account ${managementAccountId}. ` +
        'Run keysweep in the management account or in a delegated administrator account.',
    );
  }
}

/** @throws CallFailedError if it has no ID, or is of another organization */
export function listedAccount(
  account: Account,
  { id: organizationId, managementAccountId }: Organization,
): ListedAccount {
  const { Id: id, Name: name, Paths: paths, Arn: arn } = account;
  if (!id || !/^\d{12}$/.test(id))
    throw invalidResponse(CALL, 'IncompleteAnswer', `an account has the ID ${id ?? '(none)'}`);
  // arn:aws:organizations::<management account>:account/<organization>/<account>
  if (arn !== undefined && arn.split('/')[1] !== organizationId)
    throw invalidResponse(CALL, 'WrongOrganization', `the list has ${arn}, not of ${organizationId}`);
  // `Status` is retired since 2026-09-09; an older endpoint may send nothing else.
  const state: string = account.State ?? account.Status ?? 'UNKNOWN';
  return {
    id,
    name: name ?? '',
    state,
    isManagementAccount: id === managementAccountId,
    ...(paths && { paths }),
  };
}
