import { account, secondPage, sites, user, type Site } from './site.ts';
import { keyOf, organizationOfCell, PAYMENTS, SEARCH, WEB } from './world.ts';

const template = organizationOfCell();
const ofUser = (id: string, UserName: string): Site['aim'] => ({ account: id, where: { UserName } });
const ofGroup = (id: string, GroupName: string): Site['aim'] => ({ account: id, where: { GroupName } });
const ofKey = (id: string): Site['aim'] => ({
  account: id,
  where: { AccessKeyId: keyOf(template, id, 'bob') },
});

/** The calls in the accounts. Before it writes to an account, a sweep reads it again. */
export const IAM_SITES: readonly Site[] = [
  ...sites(
    'iam:GetGroup',
    {
      position: 'first',
      aim: ofGroup(PAYMENTS, 'Developers'),
      governs: account(PAYMENTS),
      isPage: 'first',
    },
    {
      position: 'middle, second page',
      aim: ofGroup(SEARCH, 'Developers'),
      nth: 2,
      governs: account(SEARCH),
      isPage: 'later',
    },
    {
      position: 'middle, for the names',
      aim: ofGroup(PAYMENTS, 'Developers'),
      nth: 3,
      governs: account(PAYMENTS),
      isPage: 'first',
    },
    {
      position: 'middle, exempt group',
      aim: ofGroup(SEARCH, 'Contractors'),
      governs: account(SEARCH),
    },
    {
      position: 'middle, before the write',
      aim: ofGroup(SEARCH, 'Developers'),
      nth: 3,
      governs: account(SEARCH),
      phase: 'writing',
      isPage: 'first',
    },
    {
      position: 'last, exempt group, before the write',
      aim: ofGroup(SEARCH, 'Contractors'),
      nth: 2,
      governs: account(SEARCH),
      phase: 'writing',
    },
  ),
  ...sites(
    'iam:ListAccessKeys',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle', aim: ofUser(SEARCH, 'bob'), governs: user(SEARCH, 'bob') },
    {
      position: 'middle, second page',
      governs: user(SEARCH, 'ada'),
      ...secondPage('iam', 'ListAccessKeys', ofUser(SEARCH, 'ada')),
    },
    {
      position: 'middle, before the write',
      aim: ofUser(SEARCH, 'ada'),
      nth: 2,
      governs: user(SEARCH, 'ada'),
      phase: 'writing',
    },
    { position: 'last', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:ListUserTags',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle, exempt user', aim: ofUser(PAYMENTS, 'cleo'), governs: user(PAYMENTS, 'cleo') },
    {
      position: 'middle, second page',
      governs: user(PAYMENTS, 'cleo'),
      ...secondPage('iam', 'ListUserTags', ofUser(PAYMENTS, 'cleo')),
    },
    {
      position: 'middle, before the write',
      aim: ofUser(SEARCH, 'ada'),
      nth: 2,
      governs: user(SEARCH, 'ada'),
      phase: 'writing',
    },
    { position: 'last', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:GetLoginProfile',
    { position: 'first', aim: ofUser(PAYMENTS, 'ada'), governs: user(PAYMENTS, 'ada') },
    { position: 'middle', aim: ofUser(SEARCH, 'bob'), governs: user(SEARCH, 'bob') },
    {
      position: 'middle, before the write',
      aim: ofUser(SEARCH, 'bob'),
      nth: 2,
      governs: user(SEARCH, 'bob'),
      phase: 'writing',
    },
    { position: 'last, no password', aim: ofUser(WEB, 'dan'), governs: user(WEB, 'dan') },
  ),
  ...sites(
    'iam:GetAccessKeyLastUsed',
    { position: 'first', aim: ofKey(PAYMENTS), governs: user(PAYMENTS, 'bob') },
    { position: 'middle', aim: ofKey(SEARCH), governs: user(SEARCH, 'bob') },
    {
      position: 'middle, before the write',
      aim: ofKey(SEARCH),
      nth: 2,
      governs: user(SEARCH, 'bob'),
      phase: 'writing',
    },
    { position: 'last', aim: ofKey(WEB), governs: user(WEB, 'bob') },
  ),
  ...writes('iam:UpdateAccessKey', 'ada'),
  ...writes('iam:DeleteAccessKey', 'bob'),
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
