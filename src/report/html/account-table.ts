import type { RunStarted } from '../../ledger/record.ts';
import type { StoredAccount } from '../../ledger/stored-run.ts';
import type { OrganizationAccount } from '../../organization/account.ts';
import { ageInDays } from '../words.ts';
import { day } from './format.ts';
import type { Value } from './html.ts';
import { numbers, table, type Column, type Table } from './table.ts';

export interface AccountRow {
  readonly account: OrganizationAccount;
}

/** A table whose first columns are the account: its name, its ID and, if known, its OU. */
export type AccountTable = <Row extends AccountRow>(content: Omit<Table<Row>, 'rest'>) => Value;

/**
 * @param units names of OUs by account ID
 * @param rest where to find the rows that the page omits
 */
export function accountTable(units: ReadonlyMap<string, string> | undefined, rest: string): AccountTable {
  const accountColumns: readonly Column<AccountRow>[] = [
    { head: 'account', cell: ({ account }) => account.name },
    { head: 'ID', kind: 'id', cell: ({ account }) => account.id },
    ...(units ? [{ head: 'OU', cell: ({ account }: AccountRow) => units.get(account.id) }] : []),
  ];
  return ({ columns, ...content }) => table({ ...content, columns: [...accountColumns, ...columns], rest });
}

export const USER: Column<{ readonly userName: string }> = { head: 'user', cell: ({ userName }) => userName };

export const KEY: Column<{ readonly accessKeyId: string }> = {
  head: 'key',
  kind: 'id',
  cell: ({ accessKeyId }) => accessKeyId,
};

export function ageColumn({ at }: Pick<RunStarted, 'at'>): Column<{ readonly createDate: Date | undefined }> {
  return numbers('age', ({ createDate }) => createDate && ageInDays(createDate, at), ' d');
}

interface UsedKey {
  readonly lastUsed?: Date | null | undefined;
}

/** @param isKnown of any key: keysweep reads it only where the rules depend on it */
export function lastUseColumn(isKnown: boolean): Column<UsedKey>[] {
  if (!isKnown) return [];
  const cell = ({ lastUsed }: UsedKey): Value => (lastUsed === null ? 'never' : lastUsed && day(lastUsed));
  return [{ head: 'last use', cell, sortBy: ({ lastUsed }) => lastUsed?.getTime() ?? 0 }];
}

export const OUTCOME_REASON: Column<StoredAccount> = {
  head: 'reason',
  kind: 'long',
  cell: ({ finished }) => finished?.reason,
};
