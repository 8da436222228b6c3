import { describe, expect, it } from 'vitest';

import type { IntendedWrite, LedgerRecord, WriteResult } from '../../../src/ledger/record.ts';
import { foldRun } from '../../../src/ledger/stored-run.ts';
import { planUndo, type UndoSelection } from '../../../src/sweep/undo/plan-undo.ts';
import { accountsListed, AT, runStarted } from '../../support/records.ts';

const [FIRST, SECOND] = ['100000000001', '100000000002'] as const;

type Write = Pick<IntendedWrite, 'accessKeyId' | 'action'> & {
  /** Left out: the run never heard what became of it. */
  readonly outcome?: WriteResult['outcome'];
};

/** What a run meant to do in an account, and what came of it. */
function written(accountId: string, userName: string, writes: readonly Write[]): LedgerRecord[] {
  return [
    {
      type: 'writes-intended',
      at: AT,
      accountId,
      writes: writes.map(({ accessKeyId, action }) => ({
        accessKeyId,
        userName,
        action,
        reason: 'maxKeyAgeDays is 0',
        statusBefore: 'Active',
      })),
    },
    {
      type: 'writes-done',
      at: AT,
      accountId,
      results: writes.flatMap(({ accessKeyId, outcome }) =>
        outcome ? [{ accessKeyId, userName, outcome }] : [],
      ),
    },
  ];
}

/** `restorable / deleted` by account id, as key ids. */
async function undoOf(
  records: readonly LedgerRecord[],
  selection: UndoSelection = {},
): Promise<Record<string, string>> {
  const run = await foldRun([runStarted(), accountsListed(FIRST, SECOND), ...records]);
  const ids = (list: readonly { readonly accessKeyId: string }[]): string =>
    list.map(({ accessKeyId }) => accessKeyId).join(' ');
  return Object.fromEntries(
    planUndo(run, selection, new Map()).accounts.map(({ account, restorable, deleted }) => [
      account.id,
      `${ids(restorable)} / ${ids(deleted)}`,
    ]),
  );
}

describe('the plan of an undo', () => {
  it.each<[string, Write, string | undefined]>([
    ['deactivated', { accessKeyId: 'A', action: 'deactivate', outcome: 'deactivated' }, 'A / '],
    ['perhaps deactivated', { accessKeyId: 'A', action: 'deactivate' }, 'A / '],
    ['deleted', { accessKeyId: 'A', action: 'delete', outcome: 'deleted' }, ' / A'],
    ['perhaps deleted', { accessKeyId: 'A', action: 'delete' }, ' / A'],
    [
      'gone when it was to be deleted',
      { accessKeyId: 'A', action: 'delete', outcome: 'already-gone' },
      ' / A',
    ],
    ['already gone', { accessKeyId: 'A', action: 'deactivate', outcome: 'already-gone' }, undefined],
    ['not deactivated', { accessKeyId: 'A', action: 'deactivate', outcome: 'failed' }, undefined],
    ['not deleted', { accessKeyId: 'A', action: 'delete', outcome: 'failed' }, undefined],
    ['not reached', { accessKeyId: 'A', action: 'delete', outcome: 'not-attempted' }, undefined],
    [
      'activated by another undo',
      { accessKeyId: 'A', action: 'reactivate', outcome: 'reactivated' },
      undefined,
    ],
    ['perhaps activated by another undo', { accessKeyId: 'A', action: 'reactivate' }, undefined],
  ])('sorts a key that was %s', async (_, write, expected) => {
    expect((await undoOf(written(FIRST, 'ada', [write])))[FIRST]).toBe(expected);
  });

  it('ignores an unconfirmed key without an intent', async () => {
    const [, done] = written(FIRST, 'ada', [{ accessKeyId: 'A', action: 'delete', outcome: 'unconfirmed' }]);
    expect(await undoOf([done!])).toEqual({});
  });

  it('includes an account only with a key to restore or a deleted key', async () => {
    const records = [
      ...written(FIRST, 'ada', [{ accessKeyId: 'A', action: 'deactivate', outcome: 'failed' }]),
      ...written(SECOND, 'bob', [
        { accessKeyId: 'B', action: 'deactivate', outcome: 'deactivated' },
        { accessKeyId: 'C', action: 'delete', outcome: 'deleted' },
      ]),
    ];
    expect(await undoOf(records)).toEqual({ [SECOND]: 'B / C' });
  });

  it('is refused when the ledger has an invalid account ID', async () => {
    for (const id of ['../../etc', `${FIRST}0`, `x${FIRST}`]) {
      const run = await foldRun([runStarted(), accountsListed(id)]);
      expect(() => planUndo(run, {}, new Map())).toThrow(`"${id}" is not an AWS account id`);
    }
  });

  it.each<[string, UndoSelection, Record<string, string>]>([
    ['account', { accounts: [SECOND] }, { [SECOND]: 'C / ' }],
    ['user', { users: ['ada'] }, { [FIRST]: 'A B / ' }],
    ['key', { keys: ['B', 'C'] }, { [FIRST]: 'B / ', [SECOND]: 'C / ' }],
    ['user and key', { users: ['ada'], keys: ['B', 'C'] }, { [FIRST]: 'B / ' }],
    ['account and key that do not belong together', { accounts: [FIRST], keys: ['C'] }, {}],
    ['lists that name nothing', { accounts: [], users: [], keys: [] }, {}],
  ])('is narrowed by %s', async (_, selection, expected) => {
    const records = [
      ...written(FIRST, 'ada', [
        { accessKeyId: 'A', action: 'deactivate', outcome: 'deactivated' },
        { accessKeyId: 'B', action: 'deactivate', outcome: 'deactivated' },
      ]),
      ...written(SECOND, 'bob', [{ accessKeyId: 'C', action: 'deactivate', outcome: 'deactivated' }]),
    ];
    expect(await undoOf(records, selection)).toEqual(expected);
  });
});
