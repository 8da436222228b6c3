import { expect } from 'vitest';

import type { StoredRun, StoredWrite } from '../../src/ledger/stored-run.ts';
import type { ModelKey } from './model-keys.ts';
import type { World } from './model.ts';

const GONE = 'gone';

/**
 * The ledger against what is really there, key by key: whatever changed was meant to, and nothing is claimed
 * that did not happen. Holds for a run that was killed as well.
 */
export function checkTruth(run: StoredRun, accountIds: readonly string[], before: World, after: World): void {
  for (const key of before.keys.values()) {
    const stored = run.accounts.get(accountIds[key.account]!);
    const write = stored?.writes.get(key.accessKeyId);
    const now = after.keys.get(key.accessKeyId)?.status ?? GONE;
    expect(allowed(key, write), tellKey(key, write)).toContain(now);
    if (write && write.outcome !== 'not-attempted') expect(write.intended, tellKey(key, write)).toBeDefined();
    const decision = stored?.plan?.decisions.find(({ accessKeyId }) => accessKeyId === key.accessKeyId);
    if (decision) {
      expect(decision, tellKey(key, write)).toMatchObject({
        userName: key.user.userName,
        status: key.status,
        createDate: new Date(Math.floor(key.createdAt / 1000) * 1000),
      });
    }
  }
  for (const { account, writes } of run.accounts.values()) {
    const keys = [...before.keys.values()].filter((key) => accountIds[key.account] === account.id);
    for (const id of writes.keys())
      expect(
        keys.map(({ accessKeyId }) => accessKeyId),
        `writes of ${account.id}`,
      ).toContain(id);
  }
}

/** What the key may be now, by what the ledger says about it. */
function allowed({ status }: ModelKey, write: StoredWrite | undefined): string[] {
  switch (write?.outcome) {
    case undefined:
    case 'failed':
    case 'not-attempted':
    case 'hold-lifted':
      return [status];
    case 'deactivated':
      return ['Inactive'];
    case 'reactivated':
      return ['Active'];
    case 'deleted':
    case 'already-gone':
      return [GONE];
    case 'unconfirmed':
      return [status, EFFECT[write.intended?.action ?? 'none']];
  }
}

const EFFECT = { deactivate: 'Inactive', reactivate: 'Active', delete: GONE, none: 'intended' } as const;

function tellKey({ accessKeyId, account, user, status }: ModelKey, write: StoredWrite | undefined): string {
  const said = write ? `${write.intended?.action ?? 'no intent'}, ${write.outcome}` : 'nothing';
  return `key ${accessKeyId} of ${user.userName} in ${account} was ${status}; the ledger says: ${said}`;
}

/** Every sum of the ledger, made once more. */
export function checkSums(run: StoredRun, accountIds: readonly string[]): void {
  const summary = run.summary!;
  const accounts = [...run.accounts.values()];
  expect(accounts.map(({ account }) => account.id).sort(), 'accounts in the ledger').toEqual(
    [...accountIds].sort(),
  );
  expect(summary.accountsListed).toBe(accountIds.length);
  const outcomes = accounts.map(({ finished }) => finished?.outcome ?? 'none');
  const counted = Object.fromEntries(
    outcomes.map((outcome) => [outcome, outcomes.filter((other) => other === outcome).length]),
  );
  expect(summary.accounts).toEqual(counted);
  for (const { finished, plan, writes } of accounts) {
    const { seen, kept, due, ...written } = finished!.keys;
    const decisions = plan?.decisions ?? [];
    expect({ seen, kept, due }, `keys of ${finished!.accountId}`).toEqual({
      seen: decisions.length,
      kept: decisions.filter(({ action }) => action === 'keep').length,
      due: decisions.filter(({ action }) => action !== 'keep').length,
    });
    const ended = (...wanted: string[]): number =>
      [...writes.values()].filter(({ outcome }) => wanted.includes(outcome)).length;
    expect(written, `writes of ${finished!.accountId}`).toEqual({
      deactivated: ended('deactivated'),
      deleted: ended('deleted'),
      reactivated: ended('reactivated'),
      alreadyGone: ended('already-gone'),
      failed: ended('failed', 'unconfirmed', 'not-attempted'),
    });
  }
  for (const name of Object.keys(summary.keys) as (keyof typeof summary.keys)[]) {
    const sum = accounts.reduce((total, { finished }) => total + finished!.keys[name], 0);
    expect(summary.keys[name], `sum of keys ${name}`).toBe(sum);
  }
}
