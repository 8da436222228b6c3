import type { DenyList } from '../ledger/deny-list.ts';
import type { AccountUndo, UndoPlan } from '../sweep/undo/plan-undo.ts';
import { columns } from './columns.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

const HEAD = ['account', 'name', 'user', 'key', 'later run'];

export function renderUndoPlan(
  { runId, accounts }: Pick<UndoPlan, 'runId' | 'accounts'>,
  { style, rows: most }: TextOptions,
  denied: DenyList = new Map(),
): string {
  const { bold, warn } = style;
  const keysOf = (list: Exclude<keyof AccountUndo, 'account'>): string[][] =>
    accounts.flatMap(({ account: { id, name }, [list]: writes }) =>
      writes.map(({ userName, accessKeyId, ...write }) => [
        ...[id, name, userName, accessKeyId],
        ...('byRun' in write ? [write.byRun] : []),
      ]),
    );
  const section = (title: string, rows: readonly string[][]): string => {
    const head = HEAD.slice(0, rows[0]?.length);
    return [title, columns(head, rows.slice(0, most), style), ...more(rows.length - most)]
      .join('\n')
      .trimEnd();
  };
  const isLeaked = ([, , , id = '']: readonly string[]): boolean => denied.has(id);
  const leaked = keysOf('restorable').filter(isLeaked);
  const restorable = keysOf('restorable').filter((row) => !isLeaked(row));
  const reactivated = keysOf('activatedSince');
  const deactivated = keysOf('deactivatedSince');
  const deleted = keysOf('deleted');
  const keys = ({ length }: readonly unknown[]): string => plural(length, 'key');
  return [
    section(bold(`Undo of ${runId}: ${keys(restorable)} can be reactivated, if still inactive`), restorable),
    leaked.length > 0 && section(warn(`${keys(leaked)} leaked: only with --leaked-key ID`), leaked),
    reactivated.length > 0 &&
      section(
        bold(`${keys(reactivated)} reactivated by an earlier undo: only the hold is renewed`),
        reactivated,
      ),
    deactivated.length > 0 &&
      section(warn(`${keys(deactivated)} deactivated again by a later run: undo that run`), deactivated),
    deleted.length > 0 && section(warn(`${keys(deleted)} deleted: cannot be restored`), deleted),
    restorable.length + leaked.length + reactivated.length > 0
      ? 'Nothing was changed. To reactivate keys, name them with --key, --user or --account, ' +
        'or all of them with --all, and add --apply --reason TEXT.'
      : 'Nothing to do: none of these keys can be reactivated.',
  ]
    .filter((text) => text !== false)
    .join('\n\n');
}
