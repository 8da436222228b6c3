import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { SandboxOrganization } from '../../sandbox/organization/organization.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import { runInventory } from '../../src/sweep/inventory/run-inventory.ts';
import { allowInventory } from '../support/inventory-run.ts';
import { fromNow } from '../support/clock.ts';
import { sweepWith, type Engine, type Outcome } from './cell.ts';
import type { Harm } from './harm.ts';
import { HARMS } from './harms.ts';
import { account, secondPage, sites, user, type Site } from './site.ts';
import { keyOf, OPTED_OUT, organizationOfCell, PAGE, PAYMENTS, RUN_ID, SEARCH, TARGETS } from './world.ts';

const READ = [...TARGETS, OPTED_OUT];
const CREDENTIALS = [
  ['service-specific', 'ACCA', 'codecommit.amazonaws.com'],
  ['ssh-key', 'APKA'],
  ['signing-certificate', 'CERT'],
] as const;

/** Ada has two credentials of each kind, and so does every list two pages of them. */
function inventoried(): SandboxOrganization {
  const organization = allowInventory(organizationOfCell());
  const createdAt = fromNow(-86_400_000).getTime();
  for (const id of READ) {
    organization.user(id, 'ada').credentials = CREDENTIALS.flatMap(([kind, prefix, service]) =>
      [1, 2, 3].map((number) => ({
        ...{ kind, id: `${prefix}${id}${number}`, status: 'Active' as const, createdAt },
        ...(service && { service }),
      })),
    );
    organization.account(id).rootKeys = 1;
  }
  return organization;
}

const template = inventoried();
const ofAda = { account: PAYMENTS, where: { UserName: 'ada' } };
const hitsAda = user(PAYMENTS, 'ada');

/** Every call of an inventory in the accounts. */
const SITES: readonly Site[] = [
  ...sites('sts:AssumeRole', { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS) }),
  ...sites('iam:GetAccountSummary', {
    ...{ position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS) },
  }),
  ...sites(
    'iam:ListUsers',
    { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS), isPage: 'first' },
    { position: 'later', aim: { account: SEARCH }, nth: 2, governs: account(SEARCH), isPage: 'later' },
  ),
  ...sites(
    'iam:GetGroup',
    { position: 'first', aim: { account: PAYMENTS }, governs: account(PAYMENTS), isPage: 'first' },
    {
      position: 'to decide',
      aim: { account: PAYMENTS },
      nth: 3,
      governs: account(PAYMENTS),
      isPage: 'first',
    },
  ),
  ...sites(
    'iam:ListAccessKeys',
    { position: 'member', aim: ofAda, governs: hitsAda },
    {
      position: 'in no group',
      aim: { account: PAYMENTS, where: { UserName: 'zoe' } },
      governs: user(PAYMENTS, 'zoe'),
    },
    { position: 'second page', governs: hitsAda, ...secondPage('iam', 'ListAccessKeys', ofAda) },
    {
      position: 'opted out',
      aim: { account: OPTED_OUT, where: { UserName: 'ada' } },
      governs: user(OPTED_OUT, 'ada'),
    },
  ),
  ...sites('iam:GetAccessKeyLastUsed', {
    ...{ position: 'first', governs: hitsAda },
    aim: { account: PAYMENTS, where: { AccessKeyId: keyOf(template, PAYMENTS, 'ada') } },
  }),
  ...['ListServiceSpecificCredentials', 'ListSSHPublicKeys', 'ListSigningCertificates'].flatMap((call) =>
    sites(
      `iam:${call}`,
      { position: 'first', aim: ofAda, governs: hitsAda, isPage: 'first' },
      { position: 'later', aim: ofAda, nth: 2, governs: hitsAda, isPage: 'later' },
    ),
  ),
];

const INVENTORY: Engine = {
  runId: RUN_ID,
  sweep: (runId, dependencies) =>
    runInventory({ filters: {}, credentials: 'all', lastUse: true, runId }, dependencies()),
};

const NO_HARM: Harm = { name: 'none', faults: () => [], heals: () => true, at: () => true };

function inventoryOf(run: StoredRun | undefined, id: string) {
  const { finished, inventory } = run?.accounts.get(id) ?? {};
  if (finished?.outcome !== 'inventoried') return undefined;
  return {
    rootKeys: inventory?.rootKeys,
    keys: inventory?.keys
      .map((key) => [key.accessKeyId, key.userName, key.status, key.governance].join())
      .sort(),
    credentials: inventory?.credentials?.map(({ id: of, userName }) => `${of} ${userName}`).sort(),
  };
}

/** Of an empty list, a number or a page, nothing tells whose it is or what comes before it. */
const NAMELESS = ['GetAccountSummary', 'ListServiceSpecificCredentials', 'ListSSHPublicKeys'];
const UNNOTICED = ['answer of another account', 'answer about another', 'next page first'];

/** What somebody changes meanwhile is no fault. */
const isNameless = (site: Site, { name, unnoticed, change }: Harm): boolean =>
  unnoticed?.(site) === true ||
  change?.(site) !== undefined ||
  (UNNOTICED.includes(name) && [...NAMELESS, 'ListSigningCertificates'].includes(site.call));

/** What the clients do about it, or another fault of this list, shows the same. */
const SAME_AGAIN = /^(error 5|denied by a (service|permissions)|no answer|late|connection reset)|, once$/;

describe('an inventory', () => {
  let sandbox: Sandbox;
  let calm: Outcome;
  beforeAll(async () => {
    sandbox = await startSandbox({ organization: inventoried, pages: { maximumSize: PAGE } });
    calm = await sweepWith(sandbox, { site: { ...SITES[0]!, after: [] }, harm: NO_HARM }, INVENTORY);
  });
  afterAll(() => sandbox.close());

  it('reads everything where nothing fails', () => {
    expect(calm.summary).toMatchObject({ verdict: 'ok', inventory: { rootKeys: 4, accountsNotRead: 2 } });
    expect(inventoryOf(calm.stored, PAYMENTS)?.credentials).toHaveLength(9);
  });

  describe.each(SITES)('at $service:$call, $position', (site) => {
    const harms = HARMS.filter(
      (harm) => harm.at(site) && !isNameless(site, harm) && !SAME_AGAIN.test(harm.name),
    );

    it.each(harms)('$name: what counts as read is complete', async (harm) => {
      sandbox.reset();
      const { struck, summary, stored } = await sweepWith(sandbox, { site, harm }, INVENTORY);
      expect(struck).toBeGreaterThan(0);
      const read = READ.filter((id) => inventoryOf(stored, id) !== undefined);
      for (const id of read) expect(inventoryOf(stored, id)).toEqual(inventoryOf(calm.stored, id));
      expect(summary?.inventory?.accountsNotRead).toBe(2 + READ.length - read.length);
      expect(summary?.verdict).toBe(read.length === READ.length ? 'ok' : 'incomplete');
      if (harm.heals(site)) expect(read).toEqual(READ);
    });
  });
});
