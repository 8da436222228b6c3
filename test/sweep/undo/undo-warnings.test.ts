import { expect, it } from 'vitest';

import type { StoredWrite } from '../../../src/ledger/stored-run.ts';
import { warningsOfUndo } from '../../../src/sweep/undo/undo-warnings.ts';

const account = { id: '100000000001', name: 'first', state: 'ACTIVE', isManagementAccount: false } as const;

it.each([
  [20, ''],
  [21, ' and 1 more'],
])('of %i deleted keys twenty are named', (count, more) => {
  const deleted = Array.from({ length: count }, (_, index): StoredWrite => ({
    ...{ accessKeyId: `AKIA${index}`, userName: 'ada', outcome: 'deleted', intended: undefined },
  }));
  const nothing = { restorable: [], deactivatedSince: [], activatedSince: [] };
  const plan = { runId: 'R', organizationId: 'o', accounts: [{ account, ...nothing, deleted }] };
  const named = deleted.slice(0, 20).map(({ accessKeyId }) => `${accessKeyId} of ada in ${account.id}`);
  expect(warningsOfUndo(plan, [], new Date(0))).toEqual([
    `Keys deleted by run R, which cannot be restored: ${named.join(', ')}${more}`,
  ]);
});
