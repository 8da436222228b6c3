import type { StoredWrite } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { columns } from './columns.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

interface UndoLine {
  readonly account: OrganizationAccount;
  readonly restorable: readonly StoredWrite[];
  readonly deleted: readonly StoredWrite[];
}

/** What undoing a run would do. Pure. */
export function renderUndoPlan(
  { runId, accounts }: { readonly runId: string; readonly accounts: readonly UndoLine[] },
  { style: { bold, warn }, rows: most }: TextOptions,
): string {
  const restorable = accounts.flatMap((line) => rows(line, line.restorable));
  const deleted = accounts.flatMap((line) => rows(line, line.deleted));
  const head = ['account', 'name', 'user', 'key'];
  return [
    bold(`undo of ${runId}: ${plural(restorable.length, 'key')} can be activated again, if still inactive`),
    columns(head, restorable.slice(0, most)),
    ...more(restorable.length - most),
    ...(deleted.length > 0
      ? [
          warn(`${plural(deleted.length, 'key')} deleted; nothing brings them back`),
          columns(head, deleted.slice(0, most)),
          ...more(deleted.length - most),
        ]
      : []),
    restorable.length > 0
      ? '\nNothing was changed. Add --apply to do it.'
      : '\nThere is nothing to do: that run deactivated none of the keys that were asked for.',
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function rows({ account }: UndoLine, writes: readonly StoredWrite[]): string[][] {
  return writes.map(({ userName, accessKeyId }) => [account.id, account.name, userName, accessKeyId]);
}
