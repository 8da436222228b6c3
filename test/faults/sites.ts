import { IAM_SITES } from './iam-sites.ts';
import { LEDGER_SITES } from './ledger-sites.ts';
import { ORGANIZATION_SITES } from './organization-sites.ts';
import { account, RUN, sites, type Site } from './site.ts';
import { PAYMENTS, SEARCH, WEB } from './world.ts';

/** Every call of a sweep; a test holds this list to what a sweep really sends. */
export const SITES: readonly Site[] = [
  ...sites('sts:GetCallerIdentity', { position: 'only', governs: RUN }),
  ...sites(
    'sts:AssumeRole',
    { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS) },
    { position: 'middle', aim: { account: SEARCH }, governs: account(SEARCH) },
    {
      position: 'middle, to read again',
      aim: { account: SEARCH },
      nth: 2,
      governs: account(SEARCH),
      phase: 'writing',
    },
    { position: 'last, to write', aim: { account: WEB }, nth: 3, governs: account(WEB), phase: 'writing' },
  ),
  ...ORGANIZATION_SITES,
  ...IAM_SITES,
  ...LEDGER_SITES,
];
