import type { AccountUndo, UndoPlan } from '../sweep/undo/plan-undo.ts';
import { columns } from './columns.ts';
import { more, type TextOptions } from './text.ts';
import { plural } from './words.ts';

type KeyList = Exclude<keyof AccountUndo, 'account'>;

export function renderUndoPlan(
  { runId, accounts }: Pick<UndoPlan, 'runId' | 'accounts'>,
  { style: { bold, warn }, rows: most }: TextOptions,
): string {
  const rowsOf = (list: KeyList): string[][] =>
    accounts.flatMap(({ account: { id, name }, [list]: writes }) =>
      writes.map(({ userName, accessKeyId, ...write }) => [
        ...[id, name, userName, accessKeyId],
        ...('byRun' in write ? [write.byRun] : []),
      ]),
    );
  const [restorable, reactivated, deactivated, deleted] = [
    rowsOf('restorable'),
    rowsOf('activatedSince'),
    rowsOf('deactivatedSince'),
    rowsOf('deleted'),
  ];
  const head = ['account', 'name', 'user', 'key'];
  const table = (title: string, names: readonly string[], rows: readonly string[][]): string[] =>
    rows.length === 0 ? [] : [title, columns(names, rows.slice(0, most)), ...more(rows.length - most)];
  const title = bold(
    `Undo of ${runId}: ${plural(restorable.length, 'key')} can be reactivated, if still inactive`,
  );
  return [
    ...(restorable.length > 0 ? table(title, head, restorable) : [title]),
    ...table(
      bold(`${plural(reactivated.length, 'key')} reactivated by an earlier undo: only the hold is renewed`),
      [...head, 'later run'],
      reactivated,
    ),
    ...table(
      warn(`${plural(deactivated.length, 'key')} deactivated again by a later run: undo that run`),
      [...head, 'later run'],
      deactivated,
    ),
    ...table(warn(`${plural(deleted.length, 'key')} deleted: cannot be restored`), head, deleted),
    restorable.length + reactivated.length > 0
      ? '\nNothing was changed. Add --apply to reactivate these keys.'
      : '\nNothing to do: none of these keys can be reactivated.',
  ].join('\n');
}
