import type { DenyList } from '../ledger/deny-list.ts';
import type { AccountUndo, UndoPlan } from '../sweep/undo/plan-undo.ts';
import { tableSection, type TextOptions } from './text.ts';
import { plural } from './words.ts';

const HEAD = ['account', 'name', 'user', 'key', 'later run'];

export function renderUndoPlan(
  { runId, accounts }: Pick<UndoPlan, 'runId' | 'accounts'>,
  options: TextOptions,
  denied: DenyList = new Map(),
): string {
  const { bold, warn } = options.style;
  const keysOf = (list: Exclude<keyof AccountUndo, 'account'>): string[][] =>
    accounts.flatMap(({ account: { id, name }, [list]: writes }) =>
      writes.map(({ userName, accessKeyId, ...write }) => [
        ...[id, name, userName, accessKeyId],
        ...('byRun' in write ? [write.byRun] : []),
      ]),
    );
  const section = (title: string, rows: readonly string[][]): string =>
    tableSection(title, HEAD.slice(0, rows[0]?.length), rows, options);
  const isLeaked = ([, , , id = '']: readonly string[]): boolean => denied.has(id);
  const leaked = keysOf('restorable').filter(isLeaked);
  const restorable = keysOf('restorable').filter((row) => !isLeaked(row));
  const reactivated = keysOf('activatedSince');
  const deactivated = keysOf('deactivatedSince');
  const deleted = keysOf('deleted');
  const keys = ({ length }: readonly unknown[]): string => plural(length, 'key');
  const title = bold(`Undo of ${runId}: ${keys(restorable)} can be reactivated, if still inactive`);
  return [
    section(title, restorable) || title,
    section(warn(`${keys(leaked)} leaked: only with --leaked-key ID`), leaked),
    section(
      bold(`${keys(reactivated)} reactivated by an earlier undo: only the hold is renewed`),
      reactivated,
    ),
    section(warn(`${keys(deactivated)} deactivated again by a later run: undo that run`), deactivated),
    section(warn(`${keys(deleted)} deleted: cannot be restored`), deleted),
    restorable.length + leaked.length + reactivated.length > 0
      ? 'Nothing was changed. To reactivate keys, name them with --key, --user or --account, ' +
        'or all of them with --all, and add --apply --reason TEXT.'
      : 'Nothing to do: none of these keys can be reactivated.',
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}
