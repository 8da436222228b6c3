import { goals } from './goals.ts';
import { mebibytes, nameOf, placeOf, whole } from './names.ts';
import { growthOf, plainRows, type Results, type Row } from './results.ts';

/** What the table must not be read without. */
export function notes({ rows, leftOut, conditions }: Results): string[] {
  return [
    Object.entries(conditions)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; '),
    ...goals(rows),
    ...terms(rows),
    ...memory(rows),
    ...rows.flatMap((row) => heldUp(row, rows)),
    ...rows.flatMap(undone),
    ...rows.flatMap(waited),
    ...loops(rows),
    ...leftOut.map((what) => `left out: ${what}`),
  ];
}

/** Of each organization once: how many calls it takes, and the terms of its bound. */
function terms(rows: readonly Row[]): string[] {
  const first = new Map(plainRows(rows).map((row) => [`${placeOf(row.setting)} ${row.setting.users}`, row]));
  return [...first.values()].map((row) => {
    const { setting, run, needed, neededAgain, callsMade, boundHere } = row;
    const told = Object.entries(boundHere.terms).map(([name, seconds]) => `${name} ${seconds.toFixed(1)} s`);
    const each = (calls: number): string => (calls / run.work.targets).toFixed(1);
    return (
      `${placeOf(setting)}, ${setting.users} users: terms of the bound: ${told.join(', ')}; ` +
      `${whole(callsMade)} calls, ${each(callsMade)} per account, ` +
      `where ${each(needed)} are needed, ${each(neededAgain)} of them to decide again at the write`
    );
  });
}

function memory(rows: readonly Row[]): string[] {
  const growth = growthOf(rows);
  const kibibytes = ((growth?.perAccount ?? 0) / 1024).toFixed(1);
  const own = rows.filter(({ contender, run }) => contender === 'keysweep' && run.liveBytes > 0);
  return [
    ...(growth ? [`peak memory: ${mebibytes(growth.base)} plus ${kibibytes} KiB per account`] : []),
    ...own.map(
      (row) =>
        `${nameOf(row)} at ${placeOf(row.setting)}: at most ${mebibytes(row.run.liveBytes)} of heap in use ` +
        `after a full garbage collection${after(row)}`,
    ),
  ];
}

function after({ run: { afterwards, shares } }: Row): string {
  if (shares) return '';
  if (!afterwards) return '; notifying and storing the report page, as the Lambda does, ran out of memory';
  const cost = `${afterwards.seconds.toFixed(1)} s more, with a peak of ${mebibytes(afterwards.peakBytes)}`;
  return `; notifying and storing the report page, as the Lambda does, took ${cost}`;
}

/** Whether the accounts without trouble were done as early as where no account has any. */
function heldUp(row: Row, rows: readonly Row[]): string[] {
  const { setting, run } = row;
  const other = plainRows(rows).find(
    (one) => placeOf(one.setting) === placeOf(setting) && one.setting.users === setting.users,
  );
  const [seconds, without] = [run.mostDoneSeconds, other?.run.mostDoneSeconds];
  if (setting.trouble === 'none' || !other || seconds === undefined || without === undefined) return [];
  const ratio = (seconds / without).toFixed(2);
  const cpu = (row.cpuPerCall / other.cpuPerCall).toFixed(2);
  return [
    `with 1 % of the accounts ${setting.trouble}, 98 of 100 accounts were done ` +
      `after ${seconds.toFixed(1)} s, ` +
      `against ${without.toFixed(1)} s without them: ${ratio}; a call took ${cpu} × the CPU time`,
  ];
}

function undone(row: Row): string[] {
  const { setting, run } = row;
  const { due, othersTouched } = run.left;
  const told = [
    ...(run.failed ? [run.failed] : []),
    ...(due > 0 ? [`${whole(due)} of ${whole(run.work.due)} due keys were left active`] : []),
    ...(othersTouched > 0 ? [`${whole(othersTouched)} keys that were not due were changed`] : []),
  ];
  return told.length === 0 ? [] : [`${nameOf(row)} at ${placeOf(setting)}: ${told.join('; ')}`];
}

function waited({ run, ...row }: Row): string[] {
  if (run.sandboxSeconds <= 0.85 * run.seconds) return [];
  return [
    `${nameOf(row)} at ${placeOf(row.setting)} waited for the sandbox, ` +
      `which worked ${run.sandboxSeconds.toFixed(1)} of the ${run.seconds.toFixed(1)} s`,
  ];
}

/** What the plain loop would take at the sizes of keysweep: its time grows with the accounts. */
function loops(rows: readonly Row[]): string[] {
  return rows
    .filter(({ contender }) => contender === 'sequential')
    .flatMap(({ setting, run }) => {
      const sizes = plainRows(rows).filter(
        (row) => row.setting.latency === setting.latency && row.setting.accounts > setting.accounts,
      );
      const told = [...new Set(sizes.map((row) => row.setting.accounts))].map((accounts) => {
        const minutes = (run.seconds * accounts) / setting.accounts / 60;
        const time = minutes < 90 ? `${minutes.toFixed(1)} min` : `${(minutes / 60).toFixed(1)} h`;
        return `${time} at ${whole(accounts)}`;
      });
      return told.length === 0
        ? []
        : [
            `left out: the plain loop beyond ${placeOf(setting)}; ` +
              `in proportion it would take ${told.join(', ')}`,
          ];
    });
}
