import type { Fault } from '../../sandbox/faults/faults.ts';
import { account, NOTHING, RUN, secondPage, sites, type Site } from './site.ts';
import { OPTED_OUT, organizationOfCell, PAYMENTS, SEARCH, WEB } from './world.ts';

const template = organizationOfCell();
const unit = (name: string) => template.root.units.list().find((found) => found.name === name)?.id ?? '';
const parent = (id: string): Site['aim'] => ({ where: { ParentId: id } });
const child = (id: string): Site['aim'] => ({ where: { ChildId: id } });

/** The tagging API says no, and every account has to be asked about. */
const NO_TAG_INDEX: Fault = { service: 'tagging', kind: 'denied', occurrence: 'every' };

const pageOfTags = secondPage('organizations', 'ListTagsForResource', { where: { ResourceId: SEARCH } });

/** The calls about the organization. */
export const ORGANIZATION_SITES: readonly Site[] = [
  ...sites('organizations:DescribeOrganization', { position: 'only', governs: RUN }),
  ...sites(
    'organizations:ListAccounts',
    { position: 'first', governs: RUN, isPage: 'first' },
    { position: 'middle', nth: 2, governs: RUN, isPage: 'later' },
    { position: 'last', nth: 3, governs: RUN, isPage: 'later' },
  ),
  ...sites(
    'organizations:ListRoots',
    { position: 'first', governs: RUN },
    { position: 'middle, second page', governs: RUN, ...secondPage('organizations', 'ListRoots', {}) },
  ),
  ...sites(
    'organizations:ListOrganizationalUnitsForParent',
    { position: 'first, of the root', aim: parent(template.root.id), governs: RUN },
    { position: 'middle, of the scope', aim: parent(unit('Workloads')), governs: NOTHING },
    {
      position: 'middle, second page',
      governs: RUN,
      ...secondPage('organizations', 'ListOrganizationalUnitsForParent', parent(template.root.id)),
    },
    { position: 'last, beside it', aim: parent(unit('Elsewhere')), governs: NOTHING },
  ),
  ...sites(
    'organizations:ListAccountsForParent',
    { position: 'first, of the root', aim: parent(template.root.id), governs: NOTHING },
    { position: 'middle, of the scope', aim: parent(unit('Workloads')), governs: RUN, isPage: 'first' },
    {
      position: 'middle, second page',
      aim: parent(unit('Workloads')),
      nth: 2,
      governs: account(WEB),
      isPage: 'later',
    },
    { position: 'last, beside it', aim: parent(unit('Elsewhere')), governs: NOTHING },
  ),
  ...sites(
    'tagging:GetResources',
    { position: 'first', governs: NOTHING, isPage: 'first' },
    { position: 'middle', nth: 2, governs: NOTHING, isPage: 'later' },
    { position: 'last', nth: 3, governs: NOTHING, isPage: 'later' },
  ),
  ...sites(
    'organizations:ListTagsForResource',
    ...(
      [
        ['first', PAYMENTS],
        ['middle', SEARCH],
        ['middle, opted out', OPTED_OUT],
        ['last', WEB],
      ] as const
    ).map(([position, id]) => ({
      position,
      aim: { where: { ResourceId: id } },
      governs: account(id),
      after: [NO_TAG_INDEX],
    })),
    {
      position: 'middle, second page',
      governs: account(SEARCH),
      ...pageOfTags,
      after: [NO_TAG_INDEX, ...pageOfTags.after],
    },
    {
      position: 'middle, before the first write',
      aim: { where: { ResourceId: SEARCH } },
      governs: account(SEARCH),
      phase: 'writing',
    },
  ),
  ...sites(
    'organizations:DescribeAccount',
    { position: 'first', aim: { where: { AccountId: PAYMENTS } }, governs: account(PAYMENTS) },
    { position: 'middle', aim: { where: { AccountId: SEARCH } }, governs: account(SEARCH) },
    { position: 'last', aim: { where: { AccountId: WEB } }, governs: account(WEB) },
  ),
  ...sites(
    'organizations:ListParents',
    { position: 'first', aim: child(PAYMENTS), governs: account(PAYMENTS) },
    {
      position: 'middle, of the OU',
      aim: child(unit('Workloads')),
      governs: account(PAYMENTS),
      isAskedByAll: true,
      phase: 'writing',
    },
    { position: 'last', aim: child(WEB), governs: account(WEB), phase: 'writing' },
  ),
];
