import type { AccountFinished } from '../../src/ledger/record.ts';
import type { StoredRun } from '../../src/ledger/stored-run.ts';
import type { ListedUnit } from '../../src/organization/ou-tree.ts';
import type { KeyDecision } from '../../src/rules/decision.ts';
import { daysAgo, key, buildRun, type AccountSetup, type RunSetup } from '../support/build-run.ts';

const TEAMS = [
  'payments',
  'search',
  'catalog',
  'billing',
  'shipping',
  'identity',
  'pricing',
  'web',
  'mobile',
  'data-lake',
];

/**
 * A sweep of an organization of any size, the same at every call: some accounts are left out, one in a
 * hundred fails.
 */
export function largeRun(size: number): Promise<StoredRun> {
  return buildRun(largeSetup(size));
}

export function largeSetup(size: number): RunSetup {
  const accounts = Array.from({ length: size }, (_, index) => largeAccount(index));
  const bad = accounts.filter(
    ({ end }) => end?.outcome === 'denied' || end?.outcome === 'cannot-assume',
  ).length;
  return {
    units: unitsFor(accounts.map(({ id }) => id)),
    accounts,
    summary: {
      verdict: bad > 0 ? 'incomplete' : 'ok',
      finishedAt: '2026-11-27T23:01:42.000Z',
      accounts: { denied: bad },
    },
  };
}

function largeAccount(index: number): AccountSetup {
  const id = String(100_000_000_000 + index * 7_919);
  const name = `${TEAMS[index % TEAMS.length] ?? ''}-${Math.floor(index / TEAMS.length) + 1}`;
  const end = endOf(index);
  if (end) return { id, name, end };
  const decisions = Array.from({ length: index % 3 }, (_, number) => largeKey(index, number));
  return {
    id,
    name,
    plan: {
      armed: index % 40 !== 7,
      decisions,
      rules: { maxKeyAgeDays: 30, mode: 'deactivate-then-delete', deleteAfterDays: 7 },
    },
    results: decisions
      .filter(({ action }) => action !== 'keep' && index % 40 !== 7)
      .map(({ accessKeyId, userName, action }) => ({
        accessKeyId,
        userName,
        outcome: action === 'delete' ? 'deleted' : 'deactivated',
      })),
    end: {
      outcome: decisions.every(({ action }) => action === 'keep')
        ? 'nothing-due'
        : index % 40 === 7
          ? 'planned'
          : 'swept',
    },
  };
}

function endOf(index: number): Partial<AccountFinished> | undefined {
  const denied =
    'iam:GetGroup: AccessDenied: not authorized to perform iam:GetGroup ' +
    'with an explicit deny in a service control policy';
  if (index % 211 === 5) return { outcome: 'denied', reason: denied };
  if (index % 197 === 11)
    return {
      outcome: 'cannot-assume',
      reason: 'sts:AssumeRole: AccessDenied: not authorized to perform sts:AssumeRole',
    };
  if (index % 53 === 3) {
    const optOut = { owner: 'payments@example.com', reason: 'PCI audit freeze', until: '2027-01-31' };
    return {
      outcome: 'opted-out',
      reason: 'until 2027-01-31, owner payments@example.com: PCI audit freeze',
      optOut,
    };
  }
  if (index % 67 === 9) return { outcome: 'not-active', reason: 'state SUSPENDED' };
  return undefined;
}

function largeKey(index: number, number: number): KeyDecision {
  const age = (index * 37 + number * 211) % 900;
  const about = {
    userName: `user-${(index * 13 + number) % 997}`,
    createDate: daysAgo(age),
  };
  const accessKeyId = `AKIA${String(index).padStart(12, '0')}${String(number).padStart(4, '0')}`;
  if (age < 30) return key(accessKeyId, { ...about, action: 'keep', reason: 'maxKeyAgeDays not reached' });
  if (index % 5 === 0)
    return key(accessKeyId, {
      ...about,
      action: 'delete',
      reason: 'deleteAfterDays reached',
      status: 'Inactive',
    });
  return key(accessKeyId, about);
}

function unitsFor(ids: readonly string[]): ListedUnit[] {
  const share = (from: number, to: number): string[] =>
    ids.filter((_, index) => index % 100 >= from && index % 100 < to);
  return [
    { id: 'r-1', name: 'Root', accounts: share(0, 1) },
    { id: 'ou-security', name: 'Security', parent: 'r-1', accounts: share(1, 5) },
    { id: 'ou-sandbox', name: 'Sandbox', parent: 'r-1', accounts: share(5, 35) },
    { id: 'ou-workloads', name: 'Workloads', parent: 'r-1', accounts: [] },
    { id: 'ou-prod', name: 'Prod', parent: 'ou-workloads', accounts: share(35, 65) },
    { id: 'ou-regulated', name: 'Regulated', parent: 'ou-prod', accounts: share(65, 70) },
    { id: 'ou-test', name: 'Test', parent: 'ou-workloads', accounts: share(70, 100) },
  ];
}
