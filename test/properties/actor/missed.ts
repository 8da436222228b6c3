import { expect } from 'vitest';

import type { StoredRun } from '../../../src/ledger/stored-run.ts';
import { foretell } from '../model.ts';
import { isEntered } from '../model-scope.ts';
import type { Ran, Stage } from '../stage.ts';
import type { Asked } from './permission.ts';
import type { Present } from './present.ts';
import type { Witness } from './witness.ts';

/** Keys that were due from the beginning to the end of a run that is ok were revoked, or are named in it. */
export function checkMissed({ summary, run }: Ran, witness: Witness, stage: Stage, asked: Asked): void {
  if (summary.verdict !== 'ok') return;
  const due = witness.moments.map((moment) => dueAt(moment, stage, asked));
  const throughout = [...due[0]!].filter(([id, action]) => due.every((then) => then.get(id) === action));
  const written = writtenTo(witness);
  const isNamed = (id: string): boolean =>
    [...summary.warnings, ...summary.problems].some((said) => said.includes(id));
  const missed = throughout.filter(([id]) => !written.has(id) && !isNamed(id) && !isRenamed(id, witness));
  expect(
    missed.map(([id, action]) => `${action} ${id}: ${said(id, run)}`),
    'missed in a run that is ok',
  ).toEqual([]);
}

/**
 * Whether its user was renamed while the accounts were planned: IAM is asked by name, and may have answered
 * about somebody else. Such a key is left to the next sweep.
 */
function isRenamed(id: string, { moments, planned }: Witness): boolean {
  const names = moments.slice(0, planned).map(({ keys }) => keys.get(id)?.user.userName);
  return new Set(names).size > 1;
}

/** What the ledger has about a key. */
function said(id: string, { accounts }: StoredRun): string {
  const found = [...accounts.values()].flatMap(({ plan, writes }) => [
    ...(plan?.decisions.filter(({ accessKeyId }) => accessKeyId === id) ?? []),
    ...[writes.get(id)].filter((write) => write !== undefined),
  ]);
  return JSON.stringify(found);
}

function dueAt(
  { facts, keys }: Present,
  { built }: Stage,
  { facts: { filters }, memory, only }: Asked,
): ReadonlyMap<string, string> {
  const now = built.organization.clock.milliseconds();
  const ownKey = built.operator.accessKeyId;
  const { due, decisions } = foretell(
    { ...facts, filters },
    { keys, memory },
    { mode: 'sweep', now, ownKey, only },
  );
  return new Map([...due].map((id) => [id, decisions.get(id)!]));
}

/** Keys of the sweep that were Inactive from the beginning to the end of an undo that is ok are Active. */
export function checkLeftInactive(
  { summary }: Pick<Ran, 'summary'>,
  witness: Witness,
  { restorable }: Asked,
): void {
  if (summary.verdict !== 'ok') return;
  const isInactive = ({ facts, keys }: Present, id: string): boolean => {
    const key = keys.get(id);
    return (
      key?.status === 'Inactive' &&
      isEntered(facts, key.account) &&
      facts.accounts[key.account]!.state === 'ACTIVE'
    );
  };
  const left = [...restorable!].filter((id) => witness.moments.every((moment) => isInactive(moment, id)));
  const written = writtenTo(witness);
  expect(
    left.filter((id) => !written.has(id)),
    'left inactive by an undo that is ok',
  ).toEqual([]);
}

function writtenTo({ writes }: Witness): ReadonlySet<string> {
  return new Set(writes.filter(({ record }) => record.wrote).map(({ accessKeyId }) => accessKeyId));
}
