import type { StoredWrite } from '../ledger/stored-run.ts';
import type { OrganizationAccount } from '../organization/account.ts';
import { columns } from './columns.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

type LaterWrite = StoredWrite & { readonly byRun: string };

interface UndoLine {
  readonly account: OrganizationAccount;
  readonly restorable: readonly StoredWrite[];
  readonly deactivatedSince: readonly LaterWrite[];
  readonly activatedSince: readonly LaterWrite[];
  readonly deleted: readonly StoredWrite[];
}

/** What undoing a run would do. Pure. */
export function renderUndoPlan(
  { runId, accounts }: { readonly runId: string; readonly accounts: readonly UndoLine[] },
  { style: { bold, warn }, rows: most }: TextOptions,
): string {
  const restorable = accounts.flatMap((line) => rows(line, line.restorable));
  const since = (which: 'deactivatedSince' | 'activatedSince'): string[][] =>
    accounts.flatMap((line) =>
      line[which].flatMap((write) => rows(line, [write]).map((row) => [...row, write.byRun])),
    );
  const [deactivated, activated] = [since('deactivatedSince'), since('activatedSince')];
  const deleted = accounts.flatMap((line) => rows(line, line.deleted));
  const head = ['account', 'name', 'user', 'key'];
  const table = (title: string, names: readonly string[], keys: readonly string[][]): string[] =>
    keys.length === 0 ? [] : [title, columns(names, keys.slice(0, most)), ...more(keys.length - most)];
  const title = `undo of ${runId}: ${plural(restorable.length, 'key')} can be activated again, if still inactive`;
  return [
    ...(restorable.length > 0 ? table(bold(title), head, restorable) : [bold(title)]),
    ...table(
      bold(
        `${plural(activated.length, 'key')} activated by an earlier undo; to be held anew, if still active`,
      ),
      [...head, 'later run'],
      activated,
    ),
    ...table(
      warn(`${plural(deactivated.length, 'key')} deactivated again by a later run; undo that one`),
      [...head, 'later run'],
      deactivated,
    ),
    ...table(warn(`${plural(deleted.length, 'key')} deleted; nothing brings them back`), head, deleted),
    restorable.length + activated.length > 0
      ? '\nNothing was changed. Add --apply to do it.'
      : '\nThere is nothing to do: of the keys that were asked for, that run deactivated none that it can still give back.',
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function rows({ account }: UndoLine, writes: readonly StoredWrite[]): string[][] {
  return writes.map(({ userName, accessKeyId }) => [account.id, account.name, userName, accessKeyId]);
}
