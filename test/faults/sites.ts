import type { Fault } from '../../sandbox/faults/faults.ts';
import { LEDGER_SITES } from './ledger-sites.ts';
import { account, NOTHING, RUN, sites, user, type Site } from './site.ts';
import { keyOf, organizationOfCell, PAYMENTS, SEARCH, WEB } from './world.ts';

const template = organizationOfCell();
const unit = (name: string) => template.root.units.list().find((found) => found.name === name)?.id ?? '';
const parent = (id: string): Site['aim'] => ({ where: { ParentId: id } });
const ofUser = (id: string, UserName: string): Site['aim'] => ({ account: id, where: { UserName } });
const ofKey = (id: string): Site['aim'] => ({
  account: id,
  where: { AccessKeyId: keyOf(template, id, 'bob') },
});

/** The tagging API says no, and every account has to be asked about. */
const NO_TAG_INDEX: Fault = { service: 'tagging', kind: 'denied', occurrence: 'every' };

/** Every call of a sweep; a test holds this list to what a sweep really sends. */
export const SITES: readonly Site[] = [
  ...sites('sts:GetCallerIdentity', { position: 'only', governs: RUN }),
  ...sites(
    'sts:AssumeRole',
    { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS) },
    { position: 'middle', aim: { account: SEARCH }, governs: account(SEARCH) },
    {
      position: 'last, to read again',
      aim: { account: WEB },
      nth: 2,
      governs: account(WEB),
      phase: 'writing',
    },
    { position: 'last, to write', aim: { account: WEB }, nth: 3, governs: account(WEB), phase: 'writing' },
  ),
  ...sites('organizations:DescribeOrganization', { position: 'only', governs: RUN }),
  ...sites(
    'organizations:ListAccounts',
    { position: 'first', governs: RUN },
    { position: 'middle', nth: 2, governs: RUN },
    { position: 'last', nth: 3, governs: RUN },
  ),
  ...sites('organizations:ListRoots', { position: 'only', governs: RUN }),
  ...sites('organizations:DescribeAccount', {
    position: 'middle, before the first write',
    aim: { where: { AccountId: SEARCH } },
    governs: account(SEARCH),
    phase: 'writing',
  }),
  ...sites('organizations:ListParents', {
    position: 'middle, before the first write',
    aim: { where: { ChildId: SEARCH } },
    governs: account(SEARCH),
    phase: 'writing',
  }),
  ...sites(
    'organizations:ListOrganizationalUnitsForParent',
    { position: 'first, of the root', aim: parent(template.root.id), governs: RUN },
    { position: 'middle, of the scope', aim: parent(unit('Workloads')), governs: NOTHING },
    { position: 'last, beside it', aim: parent(unit('Elsewhere')), governs: NOTHING },
  ),
  ...sites(
    'organizations:ListAccountsForParent',
    { position: 'first, of the root', aim: parent(template.root.id), governs: NOTHING },
    { position: 'middle, of the scope', aim: parent(unit('Workloads')), governs: RUN },
    { position: 'last, beside it', aim: parent(unit('Elsewhere')), governs: NOTHING },
  ),
  ...sites(
    'tagging:GetResources',
    { position: 'first', governs: NOTHING },
    { position: 'middle', nth: 2, governs: NOTHING },
    { position: 'last', nth: 3, governs: NOTHING },
  ),
  ...sites(
    'organizations:ListTagsForResource',
    ...(
      [
        ['first', PAYMENTS],
        ['middle', SEARCH],
        ['last', WEB],
      ] as const
    ).map(([position, id]) => ({
      position,
      aim: { where: { ResourceId: id } },
      governs: account(id),
      after: [NO_TAG_INDEX],
    })),
    {
      position: 'before the first write',
      aim: { where: { ResourceId: SEARCH } },
      governs: account(SEARCH),
      phase: 'writing',
    },
  ),
  ...sites(
    'iam:GetGroup',
    {
      position: 'first',
      aim: { account: PAYMENTS, where: { GroupName: 'Developers' } },
      governs: account(PAYMENTS),
    },
    {
      position: 'middle, second page',
      aim: { account: SEARCH, where: { GroupName: 'Developers' } },
      nth: 2,
      governs: account(SEARCH),
    },
    {
      position: 'last, exempt group',
      aim: { account: WEB, where: { GroupName: 'Contractors' } },
      governs: account(WEB),
    },
  ),
  ...sites(
    'iam:ListAccessKeys',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle', aim: ofUser(SEARCH, 'bob'), governs: user(SEARCH, 'bob') },
    { position: 'last', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:ListUserTags',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle, exempt user', aim: ofUser(PAYMENTS, 'cleo'), governs: user(PAYMENTS, 'cleo') },
    { position: 'last', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:GetLoginProfile',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle', aim: ofUser(SEARCH, 'bob'), governs: user(SEARCH, 'bob') },
    { position: 'last, no password', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:GetAccessKeyLastUsed',
    { position: 'first', aim: ofKey(PAYMENTS), governs: user(PAYMENTS, 'bob') },
    { position: 'middle', aim: ofKey(SEARCH), governs: user(SEARCH, 'bob') },
    { position: 'last', aim: ofKey(WEB), governs: user(WEB, 'bob') },
  ),
  ...writes('iam:UpdateAccessKey', 'ada'),
  ...writes('iam:DeleteAccessKey', 'bob'),
  ...LEDGER_SITES,
];

function writes(name: string, userName: string): Site[] {
  const positions = [
    ['first', PAYMENTS],
    ['middle', SEARCH],
    ['last', WEB],
  ] as const;
  return sites(
    name,
    ...positions.map(([position, id]) => ({
      position,
      aim: ofUser(id, userName),
      governs: { what: 'write', account: id, userName } as const,
      phase: 'writing' as const,
    })),
  );
}
