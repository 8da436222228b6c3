import type { Fault, OtherRequest } from '../../sandbox/faults/faults.ts';
import { strangers } from '../faults/strangers.ts';
import type { Built } from './building.ts';
import type { FaultFacts } from './story.ts';

/** A call of the same service, with the parameters of the one that gets its answer. */
const ANOTHER_CALL: Readonly<Record<string, string>> = {
  AssumeRole: 'GetCallerIdentity',
  ListAccounts: 'ListRoots',
  ListAccountsForParent: 'ListAccounts',
  ListOrganizationalUnitsForParent: 'ListAccountsForParent',
  ListRoots: 'ListAccounts',
  ListParents: 'ListRoots',
  DescribeAccount: 'ListAccounts',
  ListTagsForResource: 'ListRoots',
  DescribeOrganization: 'ListRoots',
  GetResources: 'GetTagKeys',
  GetGroup: 'ListUsers',
  ListAccessKeys: 'ListUserTags',
  ListUserTags: 'ListAccessKeys',
  GetLoginProfile: 'GetUser',
  GetAccessKeyLastUsed: 'ListUsers',
  UpdateAccessKey: 'ListAccessKeys',
  DeleteAccessKey: 'ListAccessKeys',
};

/** The fault with the names that the sandbox gave to what the story counts. */
export function placedFault({ account, instead, ...fault }: FaultFacts, built: Built): Fault {
  const other = instead && otherRequest(fault.service, fault.call ?? '', instead, built);
  return {
    ...fault,
    ...(account !== undefined && { account: built.accountIds[account]! }),
    ...(other && { instead: other }),
  };
}

function otherRequest(
  service: Fault['service'],
  call: string,
  { of, number }: NonNullable<FaultFacts['instead']>,
  built: Built,
): OtherRequest {
  if (of === 'call') return { call: ANOTHER_CALL[call] ?? call };
  if (of === 'subject') return { parameters: SUBJECT[call]?.(number, built) ?? {} };
  if (service === 'iam' || service === 'sts') return { account: nth(built.accountIds, number) };
  return { organization: strangers() };
}

const userOf = (number: number, { keys }: Built) => ({ UserName: nth(keys, number).user.userName });
const ouOf = (number: number, { organization }: Built) => {
  const { root } = organization;
  return { ParentId: nth([root, ...root.units.list()], number).id };
};

/** Whose answer the call gets; of a user in any account, for a name may be known in several. */
const SUBJECT: Readonly<Record<string, (number: number, built: Built) => Readonly<Record<string, string>>>> =
  {
    AssumeRole: (number, { accountIds }) => ({
      RoleArn: `arn:aws:iam::${nth(accountIds, number)}:role/OrganizationAccountAccessRole`,
    }),
    GetGroup: (number) => ({ GroupName: nth(['Developers', 'Services', 'Admins', 'Ops'], number) }),
    ListAccessKeys: userOf,
    ListUserTags: userOf,
    GetLoginProfile: userOf,
    GetAccessKeyLastUsed: (number, { keys }) => ({ AccessKeyId: nth(keys, number).accessKeyId }),
    ListAccountsForParent: ouOf,
    ListOrganizationalUnitsForParent: ouOf,
    ListTagsForResource: (number, { accountIds }) => ({ ResourceId: nth(accountIds, number) }),
    DescribeAccount: (number, { accountIds }) => ({ AccountId: nth(accountIds, number) }),
    ListParents: (number, { accountIds }) => ({ ChildId: nth(accountIds, number) }),
  };

/** Round and round. */
function nth<Item>(list: readonly Item[], number: number): Item {
  return list[number % list.length]!;
}
