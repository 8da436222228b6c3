import type { StoredRun } from '../../ledger/stored-run.ts';
import { inventoryTables, type InventoryTable } from '../inventory.ts';
import { count } from './format.ts';
import { markup, type Html, type Value } from './html.ts';
import { table, type Column } from './table.ts';

export function inventorySection(run: StoredRun): Html {
  return markup`<section aria-labelledby="inventory">
    <h2 id="inventory">Which keys are there?</h2>
    ${inventoryTables(run).map((one) => inventoryTable(one, run.started.runId))}
  </section>`;
}

type Row = InventoryTable['rows'][number];

function inventoryTable({ title, head, rows }: InventoryTable, runId: string): Value {
  const columns = head.map((name, at): Column<Row> => {
    const isNumber = typeof rows[0]?.[at] === 'number';
    const cell = (row: Row): Value => {
      const value = row[at];
      return typeof value === 'number' ? (value < 0 ? `−${count(-value)}` : count(value)) : value;
    };
    return { head: name, cell, ...(isNumber && { kind: 'number', sortBy: (row) => Number(row[at]) }) };
  });
  return table({ caption: title, columns, rows, rest: `run keysweep report ${runId} --csv FILE` });
}
