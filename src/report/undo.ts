import type { StoredWrite } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { columns } from './columns.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

interface UndoLine {
  readonly account: OrganizationAccount;
  readonly restorable: readonly StoredWrite[];
  readonly deactivatedSince: readonly (StoredWrite & { readonly byRun: string })[];
  readonly deleted: readonly StoredWrite[];
}

/** What undoing a run would do. Pure. */
export function renderUndoPlan(
  { runId, accounts }: { readonly runId: string; readonly accounts: readonly UndoLine[] },
  { style: { bold, warn }, rows: most }: TextOptions,
): string {
  const restorable = accounts.flatMap((line) => rows(line, line.restorable));
  const since = accounts.flatMap((line) =>
    line.deactivatedSince.flatMap((write) => rows(line, [write]).map((row) => [...row, write.byRun])),
  );
  const deleted = accounts.flatMap((line) => rows(line, line.deleted));
  const head = ['account', 'name', 'user', 'key'];
  const table = (title: string, names: readonly string[], keys: readonly string[][]): string[] =>
    keys.length === 0 ? [] : [title, columns(names, keys.slice(0, most)), ...more(keys.length - most)];
  const title = `undo of ${runId}: ${plural(restorable.length, 'key')} can be activated again, if still inactive`;
  return [
    ...(restorable.length > 0 ? table(bold(title), head, restorable) : [bold(title)]),
    ...table(
      warn(`${plural(since.length, 'key')} deactivated again by a later run; undo that one`),
      [...head, 'by'],
      since,
    ),
    ...table(warn(`${plural(deleted.length, 'key')} deleted; nothing brings them back`), head, deleted),
    restorable.length > 0
      ? '\nNothing was changed. Add --apply to do it.'
      : '\nThere is nothing to do: of the keys that were asked for, that run deactivated none that it can still give back.',
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function rows({ account }: UndoLine, writes: readonly StoredWrite[]): string[][] {
  return writes.map(({ userName, accessKeyId }) => [account.id, account.name, userName, accessKeyId]);
}
