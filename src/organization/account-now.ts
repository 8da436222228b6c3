import {
  AccountNotFoundException,
  DescribeAccountCommand,
  type Account,
  paginateListParents,
  type OrganizationsClient,
  type Parent,
} from '@aws-sdk/client-organizations';

import { calling, failureOf, invalidResponse } from '../aws/calling.ts';
import { CallFailedError } from '../aws/errors.ts';
import { byNextToken, completeList } from '../aws/complete-list.ts';
import type { ListedAccount, Placement } from './account.ts';
import type { Organization } from './describe.ts';
import { listedAccount } from './list-accounts.ts';
import { pathOf } from './path.ts';

/** @throws CallFailedError, also for an account outside of the organization */
export async function describeAccount(
  client: OrganizationsClient,
  accountId: string,
  organization: Organization,
  signal: AbortSignal,
): Promise<ListedAccount> {
  return listedAccount(await readAccount(client, accountId, signal), organization);
}

export interface AccountFound {
  readonly account: ListedAccount;
  readonly organization: Organization;
}

/** @returns undefined for an account outside of the caller's organization @throws CallFailedError */
export async function findAccount(
  client: OrganizationsClient,
  accountId: string,
  signal: AbortSignal,
): Promise<AccountFound | undefined> {
  const found = await readAccount(client, accountId, signal).catch((error: unknown) => {
    if (error instanceof CallFailedError && error.cause instanceof AccountNotFoundException) return undefined;
    throw error;
  });
  if (!found) return undefined;
  // arn:aws:organizations::<management account>:account/<organization>/<account>
  const [, managementAccountId, id] =
    /^arn:[\w-]+:organizations::(\d{12}):account\/(o-\w+)\//.exec(found.Arn ?? '') ?? [];
  if (managementAccountId === undefined || id === undefined)
    throw invalidResponse(DESCRIBE, 'IncompleteAnswer', `the response for ${accountId} has no ARN`);
  const organization = { id, managementAccountId };
  return { account: listedAccount(found, organization), organization };
}

const DESCRIBE = 'organizations:DescribeAccount';

async function readAccount(
  client: OrganizationsClient,
  accountId: string,
  signal: AbortSignal,
): Promise<Account> {
  const command = new DescribeAccountCommand({ AccountId: accountId });
  const { Account: account } = await calling(DESCRIBE, client.send(command, { abortSignal: signal }));
  if (account?.Id === accountId) return account;
  throw invalidResponse(
    DESCRIBE,
    'WrongAccount',
    `asked for ${accountId}, AWS sent ${account?.Id ?? 'none'}`,
  );
}

/** By the ID of an OU, the ID of its parent: accounts in one OU share the reading of what is above it. */
export type Parents = Map<string, Promise<string>>;

/** Never rejects. @param parents read so far */
export async function placementNow(
  client: OrganizationsClient,
  account: ListedAccount,
  organization: Organization,
  parents: Parents,
  signal: AbortSignal,
): Promise<Placement> {
  const listed = pathOf(account, organization.id);
  if (listed) return { known: true, path: listed };
  const path: string[] = [];
  try {
    for (let id = account.id; !id.startsWith('r-');) {
      const read = parentOf.bind(undefined, client, id, signal);
      // What failed for another account is asked once more.
      const parent = parents.get(id)?.catch(read) ?? read();
      if (id !== account.id) parents.set(id, parent);
      id = await parent;
      path.unshift(id);
    }
    return { known: true, path };
  } catch (error) {
    return { known: false, failure: failureOf('organizations:ListParents', error) };
  }
}

/** One: https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html */
async function parentOf(client: OrganizationsClient, id: string, signal: AbortSignal): Promise<string> {
  const call = 'organizations:ListParents';
  const pages = paginateListParents({ client }, { ChildId: id }, { abortSignal: signal });
  const parents: Parent[] = [];
  for await (const page of completeList(call, pages, byNextToken)) parents.push(...(page.Parents ?? []));
  const [parent] = parents;
  if (parents.length !== 1 || !parent?.Id || parent.Id === id)
    throw invalidResponse(call, 'IncompleteAnswer', `the response for ${id} has not one parent`);
  return parent.Id;
}
