import { expect } from 'vitest';

import { isOk } from '../../src/ledger/outcomes.ts';
import { isNameless } from './nameless.ts';
import type { Foretold, World } from './model.ts';
import { isWriteCall, statuses, type Ran, type Stage } from './stage.ts';

/**
 * A sweep that could not even begin, or list the organization: the error is of keysweep's own, and nothing
 * was written.
 */
export function checkFaulty(error: unknown, before: World, { server, world }: Stage): undefined {
  expect(error).toMatchObject({ name: 'CallFailedError' });
  expect(statuses(world()), 'after a sweep that broke off').toEqual(statuses(before));
  expect(server.calls.all.filter(isWriteCall)).toEqual([]);
  return undefined;
}

/**
 * With faults the model cannot tell what happens, only what must not: a key that was not due is never asked
 * for, limits hold, and each key that was due is revoked, or the ledger has its account, user or key with the
 * reason, and the run is not ok.
 */
export function checkExplained(
  { summary, run }: Ran,
  { due, decisions }: Foretold,
  before: World,
  stage: Stage,
): void {
  const { server, built, facts } = stage;
  const isMisled = facts.faults.some(isNameless);
  const attempts = server.calls.all.filter(isWriteCall).map(({ accessKeyId }) => accessKeyId ?? '');
  expect(
    attempts.filter((id) => !due.has(id)),
    'attempts',
  ).toEqual([]);
  expect(new Set(attempts).size).toBeLessThanOrEqual(facts.config.maxKeys);
  for (const id of due) {
    const key = before.keys.get(id)!;
    const account = run.accounts.get(built.accountIds[key.account]!);
    const write = account?.writes.get(id);
    const status = stage.world().keys.get(id)?.status;
    if (decisions.get(id) === 'delete' ? status === undefined : status === 'Inactive') continue;
    if (isMisled) continue;
    const story = `key ${id} of ${key.user.userName} in account ${key.account}`;
    expect(summary.verdict, story).not.toBe('ok');
    if (summary.verdict === 'stopped') continue;
    const { outcome = 'swept', reason = '' } = account?.finished ?? {};
    expect(isOk(outcome) || reason === '', `${story}: ${outcome} ${reason}`).toBe(false);
    const isExplained =
      account?.plan === undefined ||
      outcome === 'withheld' ||
      // Asked once more before an account is written to.
      reason.startsWith('organizations:ListTagsForResource') ||
      account.plan.unreadUsers.some(({ userName }) => userName === key.user.userName) ||
      write?.failure !== undefined;
    expect(isExplained, story).toBe(true);
  }
  checkDates(summary.startedAt, before, stage.world());
}

/** Deletion counts from these: none may be earlier than it was. */
function checkDates(startedAt: string, before: World, after: World): void {
  for (const [id, { inactiveSince }] of after.memory) {
    if (inactiveSince === undefined || inactiveSince === before.memory.get(id)?.inactiveSince) continue;
    // A run in steps goes by the clock of each step, which is a little later.
    const later = inactiveSince - Date.parse(startedAt);
    expect(later >= 0 && later < 60_000, `${id}: ${later} ms after the start`).toBe(true);
  }
}
