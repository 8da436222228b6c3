import type { OrganizationAccount } from '../../organization/account.ts';
import { markup, type Value } from './html.ts';
import type { Column } from './table.ts';

/** What every section of the page shows of an account: its name, its id, and its OU where that is known. */
export type AccountColumns = <Row extends { readonly account: OrganizationAccount }>() => Column<Row>[];

/** @param units names of OUs by account id; empty when they are not known */
export function accountColumns(units: ReadonlyMap<string, string> | undefined): AccountColumns {
  return () => [
    { head: 'account', cell: ({ account }) => account.name },
    { head: 'id', kind: 'id', cell: ({ account }) => account.id },
    ...(units
      ? [{ head: 'OU', cell: ({ account }: { account: OrganizationAccount }) => units.get(account.id) }]
      : []),
  ];
}

export function code(text: string): Value {
  return markup`<code>${text}</code>`;
}
