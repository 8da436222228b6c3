import { describe, expect, it } from 'vitest';

import { readMemory } from '../../../src/ledger/memory.ts';
import { readRecords } from '../../../src/ledger/read-run.ts';
import { foldRun, type StoredRun } from '../../../src/ledger/stored-run.ts';
import type { SandboxUser } from '../../../sandbox/organization/entities.ts';
import type { SandboxOrganization } from '../../../sandbox/organization/organization.ts';
import { applyUndo, type UndoRequest } from '../../../src/sweep/undo/apply-undo.ts';
import { planUndo } from '../../../src/sweep/undo/plan-undo.ts';
import {
  ADA,
  keysOf,
  onSandbox,
  organizationOf,
  outcomes,
  renameUser,
  type SweptSandbox,
} from '../../support/sweeping.ts';

const FIRST = '100000000001';
const QUARANTINE = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine';

async function swept() {
  const organization = organizationOf(1, () => [ADA, { ...ADA, userName: 'bob' }]);
  const on = await onSandbox({ organization });
  const { run } = await on.run();
  return { organization, on, run, ada: organization.user(FIRST, 'ada') };
}

function leave(organization: SandboxOrganization, user: SandboxUser): void {
  const account = organization.account(FIRST);
  account.leave(user, account.group('Developers'));
}

async function undo(on: SweptSandbox, run: StoredRun, request: UndoRequest = {}): Promise<StoredRun> {
  const { runId } = await applyUndo(planUndo(run, {}, new Map()), 30, on.dependencies(), request);
  return foldRun(readRecords(on.store, runId));
}

async function heldKeys(on: SweptSandbox): Promise<string[]> {
  const { keys } = await readMemory(on.store, FIRST);
  return [...keys.values()].filter(({ holdUntil }) => holdUntil).map(({ userName }) => userName);
}

describe('undo', () => {
  it('neither activates nor holds a key of a user who has left the groups', async () => {
    const { organization, on, run, ada } = await swept();
    leave(organization, ada);
    const undone = await undo(on, run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active']);
    expect(await heldKeys(on)).toEqual(['bob']);
    expect(undone.summary?.verdict).toBe('incomplete');
    expect(outcomes(undone)).toEqual({ [FIRST]: 'withheld' });
    const refused = [...undone.accounts.get(FIRST)!.writes.values()].find(({ failure }) => failure);
    expect(refused).toMatchObject({ userName: 'ada', outcome: 'not-attempted' });
    expect(refused?.failure).toMatchObject({ kind: 'withheld', code: 'OutsideGroups' });
    expect(refused?.failure?.message).toContain('--override-user ada');
  });

  it.each(['', 'V2', 'V3'])('refuses a user with the quarantine policy%s of AWS', async (version) => {
    const { organization, on, run, ada } = await swept();
    ada.attachedPolicies = ['arn:aws:iam::aws:policy/ReadOnlyAccess', QUARANTINE + version];
    const undone = await undo(on, run);
    expect(keysOf(organization, FIRST)).toEqual(['ada Inactive', 'bob Active']);
    expect(await heldKeys(on)).toEqual(['bob']);
    expect(undone.summary?.verdict).toBe('incomplete');
    expect(undone.accounts.get(FIRST)?.finished?.reason).toContain(`AWSCompromisedKeyQuarantine${version}`);
  });

  it('asks by the name that the user has now', async () => {
    const { organization, on, run, ada } = await swept();
    renameUser(organization.account(FIRST), ada, 'eve');
    expect((await undo(on, run)).summary?.verdict).toBe('ok');
    ada.attachedPolicies = [QUARANTINE];
    for (const key of ada.keys) key.status = 'Inactive';
    expect((await undo(on, run)).summary?.verdict).toBe('incomplete');
    expect(keysOf(organization, FIRST)).toEqual(['bob Active', 'eve Inactive']);
  });

  it('holds no key that is active again and of a quarantined user', async () => {
    const { on, run, ada } = await swept();
    ada.attachedPolicies = [QUARANTINE];
    for (const key of ada.keys) key.status = 'Active';
    expect((await undo(on, run)).summary?.verdict).toBe('incomplete');
    expect(await heldKeys(on)).toEqual(['bob']);
  });

  it('restores them if they are named, with the reason in the ledger', async () => {
    const { organization, on, run, ada } = await swept();
    leave(organization, ada);
    ada.attachedPolicies = [QUARANTINE];
    const undone = await undo(on, run, { overrideUsers: ['ada'], reason: 'INC-1: false alarm' });
    expect(undone.summary?.verdict).toBe('ok');
    expect(undone.started.reason).toBe('INC-1: false alarm');
    expect(undone.started.overrideUsers).toEqual(['ada']);
    expect(keysOf(organization, FIRST)).toEqual(['ada Active', 'bob Active']);
  });

  it.each([
    ['policies', 'ListAttachedUserPolicies', { UserName: 'ada' }, ['ada Inactive', 'bob Active']],
    ['groups', 'GetGroup', {}, ['ada Inactive', 'bob Inactive']],
  ])('activates nothing whose %s cannot be read', async (_, call, where, left) => {
    const { organization, on, run } = await swept();
    on.sandbox.faults.add({ service: 'iam', call, where, occurrence: 'every', kind: 'denied' });
    expect(outcomes(await undo(on, run))).toEqual({ [FIRST]: 'denied' });
    expect(keysOf(organization, FIRST)).toEqual(left);
  });

  it('asks about each user once, and no sweep does', async () => {
    const { on, run } = await swept();
    expect(on.sandbox.calls.of('iam', 'ListAttachedUserPolicies')).toEqual([]);
    await undo(on, run);
    expect(on.sandbox.calls.of('iam', 'ListAttachedUserPolicies')).toHaveLength(2);
  });
});
