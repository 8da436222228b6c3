import { mebibytes, nameOf, placeOf, whole } from './names.ts';
import { plainRows, type Row } from './results.ts';

interface Goal {
  readonly name: string;
  readonly most: number;
  readonly from: number;
  readonly of: (row: Row) => number;
  readonly format: (value: number) => string;
}

const ratio = (value: number): string => value.toFixed(2);

/** What was wanted of the sizes from so many accounts on. */
const GOALS: readonly Goal[] = [
  {
    name: 'wall ÷ bound of quotas, latency and width at most 1.10',
    most: 1.1,
    from: 1_000,
    of: ({ run, bound }) => run.seconds / bound.seconds,
    format: ratio,
  },
  {
    name: 'wall ÷ bound with this processor at most 1.10',
    most: 1.1,
    from: 1_000,
    of: ({ run, boundHere }) => run.seconds / boundHere.seconds,
    format: ratio,
  },
  {
    name: 'calls exactly those needed',
    most: 1,
    from: 1,
    of: ({ callsMade, needed }) => callsMade / needed,
    format: (value) => value.toFixed(4),
  },
  {
    name: 'CPU of a call at most 0.75 × the bare SDK’s',
    most: 0.75,
    from: 1,
    of: ({ cpuPerCall, bareCpuPerCall }) => cpuPerCall / bareCpuPerCall,
    format: ratio,
  },
  {
    name: 'peak memory at most 512 MiB',
    most: 512 * 2 ** 20,
    from: 10_000,
    of: ({ run }) => run.peakBytes,
    format: mebibytes,
  },
  {
    name: 'within the 900 s of one Lambda',
    most: 900,
    from: 10_000,
    of: ({ run }) => run.seconds,
    format: (seconds) => `${Math.round(seconds)} s`,
  },
];

/** Each goal, whether it is met everywhere, and what there was instead where it is not. */
export function goals(rows: readonly Row[]): string[] {
  return GOALS.flatMap(({ name, most, from, of, format }) => {
    const judged = plainRows(rows).filter(({ setting }) => setting.accounts >= from);
    if (judged.length === 0) return [];
    const missed = judged.filter((row) => of(row) > most);
    const why = missed.map((row) => `${format(of(row))} ${where(row)}`).join(', ');
    const sizes = from > 1 ? `, from ${whole(from)} accounts on` : '';
    return [`goal: ${name}${sizes}: ${missed.length === 0 ? 'met' : `not met: ${why}`}`];
  });
}

function where(row: Row): string {
  const [, ...unusual] = nameOf(row).split(', ');
  return [`at ${placeOf(row.setting)}`, ...unusual].join(', ');
}
