import type { ObjectStore } from '../../src/ledger/object-store.ts';
import type { AccountPlanned, LedgerRecord } from '../../src/ledger/record.ts';
import type { Work } from '../contender.ts';

type Decision = Pick<AccountPlanned['decisions'][number], 'verdict' | 'reason' | 'userName'>;

/**
 * Adds up what the records tell while they are being stored: to read the ledger afterwards would be part of the peak memory,
 * and is no part of a sweep.
 */
export function countingWork(store: ObjectStore): { readonly store: ObjectStore; readonly work: () => Work } {
  let work: Work = { targets: 0, users: 0, tagged: 0, due: 0, written: 0 };
  const count = (line: string): void => {
    if (!line.startsWith('{"type":"account-planned"')) return;
    const { users, decisions } = JSON.parse(line) as Extract<LedgerRecord, { type: 'account-planned' }>;
    const due = decisions.filter(({ verdict }) => verdict !== 'keep').length;
    work = {
      targets: work.targets + 1,
      users: work.users + users,
      tagged: work.tagged + new Set(decisions.filter(asksForTags).map(({ userName }) => userName)).size,
      due: work.due + due,
      written: work.written + Number(due > 0),
    };
  };
  return {
    store: {
      ...store,
      putNew: async (key, body) => {
        if (key.endsWith('.jsonl')) body.split('\n').forEach(count);
        return store.putNew(key, body);
      },
    },
    work: () => work,
  };
}

function asksForTags({ verdict, reason }: Decision): boolean {
  return verdict !== 'keep' || reason === 'exempt-tag';
}
