import { expect } from 'vitest';

import type { StoredRun, StoredWrite } from '../../../src/ledger/stored-run.ts';
import type { Built } from '../building.ts';
import type { World } from '../model.ts';
import { actionOf } from './permission.ts';
import type { Witness } from './witness.ts';

const DONE = { deactivate: 'deactivated', delete: 'deleted', reactivate: 'reactivated' } as const;

/** What the ledger says about each key, against what was sent and what is there. */
export function checkLedger(run: StoredRun, witness: Witness, built: Built): void {
  const sent = witness.writes.filter(({ record }) => record.wrote);
  const stored = new Map([...run.accounts.values()].flatMap(({ writes }) => [...writes]));
  for (const write of sent) {
    const id = write.accessKeyId;
    const isUnsure = run.summary?.verdict !== 'ok';
    const outcomes = [DONE[actionOf(write)], ...(isUnsure ? ['unconfirmed'] : [])];
    expect(outcomes, `what the ledger says of ${id}, which was written to`).toContain(
      stored.get(id)?.outcome,
    );
    expect(write.intendedAt, `the intent for ${id}`).toBeDefined();
  }
  for (const write of stored.values()) checkStored(write, sent, built);
  for (const { plan } of run.accounts.values())
    for (const { accessKeyId, userName, status } of plan?.decisions ?? []) {
      const was = witness.moments.map(({ keys }) => keys.get(accessKeyId));
      expect(
        was.map((key) => key?.user.userName),
        `owner of ${accessKeyId}`,
      ).toContain(userName);
      expect(
        was.map((key) => key?.status),
        `status of ${accessKeyId}`,
      ).toContain(status);
    }
}

function checkStored(
  { accessKeyId, outcome, intended }: StoredWrite,
  sent: Witness['writes'],
  { accounts }: Built,
): void {
  const actions = sent.filter((write) => write.accessKeyId === accessKeyId).map(actionOf);
  const said = `what happened to ${accessKeyId}, of which the ledger says ${outcome}`;
  if (Object.values<string>(DONE).includes(outcome))
    expect(
      actions.map((action): string => DONE[action]),
      said,
    ).toContain(outcome);
  if (outcome === 'already-gone')
    expect(
      accounts.some(({ keys }) => keys.has(accessKeyId)),
      said,
    ).toBe(false);
  if (outcome === 'failed' || outcome === 'not-attempted') expect(actions, said).toEqual([]);
  if (actions.length > 0) expect(intended, `the intent for ${accessKeyId}`).toBeDefined();
}

/** A sweep that saw a key Active, and left it so, remembers no date from which its deletion counts. */
export function checkDates(run: StoredRun, witness: Witness, { memory }: World): void {
  const planned = [...run.accounts.values()].flatMap(({ plan }) => (plan?.armed ? plan.decisions : []));
  const written = new Set(witness.writes.map(({ accessKeyId }) => accessKeyId));
  const statuses = witness.journal.statuses();
  const active = planned
    .map(({ accessKeyId }) => accessKeyId)
    .filter((id) => statuses.get(id) === 'Active' && !written.has(id));
  expect(
    active.filter((id) => memory.get(id)?.inactiveSince !== undefined),
    'keys that are remembered as inactive, and were seen Active',
  ).toEqual([]);
}
