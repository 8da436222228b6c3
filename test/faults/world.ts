import { parseConfig } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema.ts';
import type { RunSummary } from '../../src/ledger/record.ts';
import { newRunId } from '../../src/ledger/run-id.ts';
import { NO_KEYS } from '../../src/ledger/totals.ts';
import type { SandboxAccount } from '../../sandbox/organization/account.ts';
import { SandboxOrganization, type UserOptions } from '../../sandbox/organization/organization.ts';
import { DAY, fromNow, now } from '../support/clock.ts';
import { addRotationRole } from '../support/sweeping.ts';
import { signatureOf } from './signatures.ts';

/** Three accounts to sweep, and two that must be left alone whatever fails. */
export const PAYMENTS = '100000000001';
export const SEARCH = '100000000002';
export const WEB = '100000000003';
export const TARGETS = [PAYMENTS, SEARCH, WEB];
export const OPTED_OUT = '100000000004';
export const OUT_OF_SCOPE = '100000000005';

/** The keys, as `account/user`, that a sweep with complete knowledge writes to. */
export const DUE: readonly string[] = TARGETS.flatMap((account) => [`${account}/ada`, `${account}/bob`]);

export const BUCKET = 'ledger';
export const PREFIX = 'keysweep';
export const LEDGER_KEY = 'arn:aws:kms:us-east-1:999999999999:alias/keysweep-ledger';
export const RUN_ID = newRunId(now(), () => 'abc');
export const EARLIER_RUN = newRunId(fromNow(-8 * DAY), () => 'abc');

/**
 * Everybody's in Developers, with a console password and an active key; what differs is said beside the name.
 */
const DEVELOPER: Omit<UserOptions, 'account' | 'userName'> = {
  groups: ['Developers'],
  keys: [{}],
  console: true,
};

/** Who would lose a key if the one read that protects them failed open. */
const PROTECTED: Readonly<Record<string, Omit<UserOptions, 'account'>>> = {
  [PAYMENTS]: { ...DEVELOPER, userName: 'cleo', tags: { area: 'x', keysweep: 'exempt' } },
  [SEARCH]: { ...DEVELOPER, userName: 'eve', groups: ['Developers', 'Contractors'] },
  [WEB]: { ...DEVELOPER, userName: 'dan', console: false },
};

/** Every list comes in pages of two, so that one has several. */
export const PAGE = 2;

/**
 * The organization before a cell. In each target ada's key is due to be deactivated and bob's to be deleted.
 */
export function organizationOfCell(): SandboxOrganization {
  const organization = new SandboxOrganization({ seed: 'faults' });
  const workloads = organization.addOrganizationalUnit('Workloads');
  const elsewhere = organization.addOrganizationalUnit('Elsewhere');
  organization.tagAccount(organization.managementAccount, { team: 'platform' });
  for (const id of [...TARGETS, OPTED_OUT, OUT_OF_SCOPE]) {
    const tags = { team: 'x', ...(id === OPTED_OUT && { keysweep: 'opt-out' }) };
    const parent = id === OUT_OF_SCOPE ? elsewhere : workloads;
    settle(organization, organization.addAccount({ id, tags, parent }));
  }
  storeEarlierRun(organization);
  return organization;
}

function settle(organization: SandboxOrganization, account: SandboxAccount): void {
  addRotationRole(organization, account.id);
  organization.addUser({ account, ...DEVELOPER, userName: 'ada' });
  organization.addUser({ account, ...DEVELOPER, userName: 'bob', keys: [{ status: 'Inactive' }] });
  organization.addUser({ account, ...DEVELOPER, userName: 'zoe', groups: ['Operators'] });
  const someone = PROTECTED[account.id];
  if (someone) organization.addUser({ account, ...someone });
  if (!organization.account(account).groups.get('Contractors')) organization.addGroup(account, 'Contractors');
}

/** What a run eight days ago left there: its summary, bob's keys as inactive, and locks to tidy up. */
function storeEarlierRun(organization: SandboxOrganization): void {
  addLedger(organization);
  const then = fromNow(-8 * DAY).toISOString();
  store(organization, `runs/${EARLIER_RUN}/summary.json`, earlierSummary(organization, then));
  const locks = ['00000001', '00000002', '00000003'];
  for (const number of locks)
    store(organization, `locks/${number}.json`, {
      runId: EARLIER_RUN,
      host: 'elsewhere',
      pid: 1,
      heldUntil: then,
      released: true,
    });
  for (const id of TARGETS) {
    const bob = { userName: 'bob', inactiveSince: then, byRun: EARLIER_RUN };
    store(organization, `accounts/${id}.json`, { keys: { [keyOf(organization, id, 'bob')]: bob } });
  }
  for (const accessKeyId of LEAKED_KEYS) {
    const restored = { at: then, byRun: EARLIER_RUN, reason: 'a false alarm' };
    storeLeaked(organization, accessKeyId, { restored });
  }
}

/** More than a page of them; they were restored, and belong to nobody. */
export const LEAKED_KEYS = ['AKIALEAKED000000001', 'AKIALEAKED000000002', 'AKIALEAKED000000003'] as const;

export function storeLeaked(organization: SandboxOrganization, accessKeyId: string, more: object): void {
  const revokedAt = fromNow(-8 * DAY).toISOString();
  const owner = { accountId: PAYMENTS, userName: 'ada' };
  const run = { revokedAt, byRun: EARLIER_RUN, by: 'somebody', reason: 'found in public' };
  store(organization, `leaked/${accessKeyId}.json`, { accessKeyId, ...owner, ...run, ...more });
}

export function earlierSummary({ id }: SandboxOrganization, at: string): RunSummary {
  return {
    runId: EARLIER_RUN,
    mode: 'sweep',
    organizationId: id,
    startedAt: at,
    finishedAt: at,
    verdict: 'ok',
    filtered: false,
    accountsListed: 6,
    accounts: { swept: 3, 'opted-out': 1, 'out-of-scope': 2 },
    keys: { ...NO_KEYS, seen: 9, kept: 6, due: 3, deactivated: 3 },
    limitsExceeded: [],
    problems: [],
    warnings: [],
  };
}

export function addLedger(organization: SandboxOrganization): void {
  organization.addBucket(BUCKET).versioning = 'Enabled';
  const key = organization.addSigningKey(LEDGER_KEY);
  // Older than all that is stored, which would need no signature otherwise.
  Object.assign(key, { createdAt: fromNow(-100 * DAY).getTime() });
}

/** As a run eight days ago did. */
export function store(organization: SandboxOrganization, key: string, value: unknown): void {
  const body = JSON.stringify(value);
  const at = fromNow(-8 * DAY);
  organization.buckets.get(BUCKET)?.put({
    key: `${PREFIX}/${key}`,
    body: Buffer.from(body),
    etag: '"0"',
    modifiedAt: at.getTime(),
    contentType: '',
    headers: signatureOf(organization, key, body, at.toISOString()),
  });
}

/** The id of a user's only key. */
export function keyOf(organization: SandboxOrganization, account: string, userName: string): string {
  const key = organization.keysOf(account).find(({ user }) => user.userName === userName);
  if (!key) throw new Error(`${userName} has no key in ${account}`);
  return key.accessKeyId;
}

export function configOf(organization: SandboxOrganization) {
  const unit = organization.root.units.list().find(({ name }) => name === 'Workloads');
  const input: ConfigInput = {
    scope: { organizationalUnits: [unit?.id ?? ''] },
    defaults: {
      armed: true,
      groups: ['Developers'],
      rules: { maxKeyAgeDays: 0, mode: 'deactivate-then-delete', users: 'with-console-access' },
      // Marked, so that an account that cannot be read fails alone: only one has the group.
      exempt: { groups: [{ name: 'Contractors', mayMatchNothing: true }] },
    },
    // One call after the other, so that the first, the middle and the last are always the same.
    concurrency: { accounts: 1, callsPerAccount: 1 },
  };
  return parseConfig(JSON.stringify(input), 'accounts.json');
}
