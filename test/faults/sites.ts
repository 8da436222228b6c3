import type { Fault } from '../../src/sandbox/faults.ts';
import type { ServiceName } from '../../src/sandbox/service.ts';
import { keyOf, organizationOfCell, PAYMENTS, PREFIX, RUN_ID, SEARCH, WEB } from './world.ts';

/**
 * What hangs on a call, and so what must not be written when it fails for good. `user`: nothing but that user's keys.
 * `write`: the call is itself the write. `later`: the accounts after this one. `nothing`: another way is taken.
 */
export type Governs =
  | { readonly what: 'run' | 'nothing' }
  | { readonly what: 'account' | 'later'; readonly account: string }
  | { readonly what: 'user' | 'write'; readonly account: string; readonly userName: string };

/** One place in a sweep where a call can fail. */
export interface Site {
  readonly service: ServiceName;
  readonly call: string;
  /** Which of the sweep's calls, for people. */
  readonly position: string;
  readonly aim: Pick<Fault, 'account' | 'where'>;
  /** Which of the calls that fit the aim. */
  readonly nth: number;
  readonly governs: Governs;
  /** Whether writes may have been sent before it. */
  readonly phase: 'reading' | 'writing';
  /** Faults without which the sweep would not come here. */
  readonly after: readonly Fault[];
}

const RUN: Governs = { what: 'run' };
const NOTHING: Governs = { what: 'nothing' };
const account = (id: string): Governs => ({ what: 'account', account: id });
const user = (id: string, userName: string): Governs => ({ what: 'user', account: id, userName });

const template = organizationOfCell();
const unit = (name: string) => template.root.units.list().find((found) => found.name === name)?.id ?? '';
const parent = (id: string): Site['aim'] => ({ where: { ParentId: id } });
const object = (key: string): Site['aim'] => ({ where: { Key: `${PREFIX}/${key}` } });
const records = (number: number) => object(`runs/${RUN_ID}/records/${String(number).padStart(8, '0')}.jsonl`);
const ofUser = (id: string, UserName: string): Site['aim'] => ({ account: id, where: { UserName } });
const ofKey = (id: string): Site['aim'] => ({
  account: id,
  where: { AccessKeyId: keyOf(template, id, 'bob') },
});

/** The tagging API says no, and every account has to be asked about. */
const NO_TAG_INDEX: Fault = { service: 'tagging', kind: 'denied', occurrence: 'every' };
/** The first record is stored and its answer lost, so that the second put finds the key taken. */
const LOST_PUT: Fault = {
  service: 's3',
  call: 'PutObject',
  ...records(1),
  kind: 'reset',
  afterEffect: true,
};

type Place = Pick<Site, 'position' | 'governs'> & Partial<Pick<Site, 'aim' | 'nth' | 'phase' | 'after'>>;

function sites(name: string, ...places: readonly Place[]): Site[] {
  const [service = '', call = ''] = name.split(':');
  return places.map((place) => ({
    service: service as ServiceName,
    call,
    aim: {},
    nth: 1,
    phase: 'reading',
    after: [],
    ...place,
  }));
}

/** Every call of a sweep; a test holds this list to what a sweep really sends. */
export const SITES: readonly Site[] = [
  ...sites('sts:GetCallerIdentity', { position: 'only', governs: RUN }),
  ...sites(
    'sts:AssumeRole',
    { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS) },
    { position: 'middle', aim: { account: SEARCH }, governs: account(SEARCH) },
    { position: 'last, to write', aim: { account: WEB }, nth: 2, governs: account(WEB), phase: 'writing' },
  ),
  ...sites('organizations:DescribeOrganization', { position: 'only', governs: RUN }),
  ...sites(
    'organizations:ListAccounts',
    { position: 'first', governs: RUN },
    { position: 'middle', nth: 2, governs: RUN },
    { position: 'last', nth: 3, governs: RUN },
  ),
  ...sites('organizations:ListRoots', { position: 'only', governs: RUN }),
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
  ...sites(
    's3:ListObjectsV2',
    { position: 'first, of the locks', aim: { where: { prefix: `${PREFIX}/locks/` } }, governs: RUN },
    {
      position: 'middle, their second page',
      aim: { where: { prefix: `${PREFIX}/locks/` } },
      nth: 2,
      governs: RUN,
    },
    { position: 'last, of the runs', aim: { where: { prefix: `${PREFIX}/runs/` } }, governs: RUN },
  ),
  ...sites(
    's3:GetObject',
    { position: 'first, the lock', aim: object('locks/00000003.json'), governs: RUN },
    {
      position: 'middle, what is remembered',
      aim: object(`accounts/${SEARCH}.json`),
      governs: account(SEARCH),
    },
    {
      position: 'last, the earlier run',
      aim: object('runs/20261120T225500Z-000001/summary.json'),
      governs: RUN,
    },
  ),
  ...sites('s3:HeadObject', { position: 'only, after a lost put', governs: RUN, after: [LOST_PUT] }),
  ...sites(
    's3:PutObject',
    { position: 'first, the lock', aim: object('locks/00000004.json'), governs: RUN },
    {
      position: 'middle, what is remembered',
      aim: object(`accounts/${SEARCH}.json`),
      governs: { what: 'later', account: SEARCH },
      phase: 'writing',
    },
    {
      position: 'last, the lock released',
      aim: object('locks/00000004.json'),
      nth: 2,
      governs: NOTHING,
      phase: 'writing',
    },
  ),
  ...sites(
    's3:DeleteObject',
    { position: 'first', aim: object('locks/00000001.json'), governs: NOTHING },
    { position: 'last', aim: object('locks/00000002.json'), governs: NOTHING },
  ),
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
